import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { QueueSource } from "./options";
import { localQueues, QueuesError, queuesOfOutputs, type DeadLetterQueue } from "./queues";

/** Runs a command and returns what it prints. @throws when it ends with another code than 0 */
export type RunCommand = (command: string, args: readonly string[]) => Promise<string>;

/** Finds the dead-letter queues. @throws QueuesError when there are none to be found */
export async function findQueues(
  source: QueueSource,
  run: RunCommand = runCommand,
): Promise<DeadLetterQueue[]> {
  if (source.kind === "endpoint") return findLocally(source.endpointUrl);
  if (source.kind === "file") return queuesOfOutputs(readOutputs(source.file));
  const selected = source.stack === undefined ? [] : ["--stack", source.stack];
  return queuesOfOutputs(await stackOutputs(["pulumi", "stack", "output", "--json", ...selected], run));
}

async function findLocally(endpoint: string): Promise<DeadLetterQueue[]> {
  const sqs = new SQSClient({ endpoint });
  const urls: string[] = [];
  try {
    let NextToken: string | undefined;
    do {
      const page = await sqs.send(new ListQueuesCommand({ MaxResults: 1000, NextToken }));
      urls.push(...(page.QueueUrls ?? []));
      ({ NextToken } = page);
    } while (NextToken !== undefined);
  } finally {
    sqs.destroy();
  }
  const queues = localQueues(urls);
  if (queues.length > 0) return queues;
  throw new QueuesError(`${endpoint} has no dead-letter queue: --endpoint-url is for "npm run local".`);
}

function readOutputs(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    throw new QueuesError(`--queues-from: ${reason(error)}`, { cause: error });
  }
}

async function stackOutputs(args: readonly string[], run: RunCommand): Promise<string> {
  try {
    return await run("npx", args);
  } catch (error) {
    throw new QueuesError(`npx ${args.join(" ")} failed: ${reason(error)}`, { cause: error });
  }
}

/** What the command said of it, or else what Node.js says. */
function reason(error: unknown): string {
  const { stderr = "", message = String(error) } = error as { stderr?: string; message?: string };
  return stderr.trim().split("\n").at(-1) || message;
}

async function runCommand(command: string, args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, { maxBuffer: 16 * 1024 * 1024 });
  return stdout;
}
