import { isRecord } from "./json";

/** A dead-letter queue, by the name that people use. */
export interface DeadLetterQueue {
  /** For example `callbacks` or `jobs-stream-failures`. */
  readonly name: string;
  readonly url: string;
}

/** The dead-letter queues cannot be found. */
export class QueuesError extends Error {
  override readonly name = "QueuesError";
}

/** There is no dead-letter queue of that name. */
export class QueueNameError extends Error {
  override readonly name = "QueueNameError";
}

/** The stack's output with the queues: a map from names to URLs. */
const outputName = "deadLetterQueues";

/**
 * The queues that the outputs of a stack name, by name.
 * @param outputs what `pulumi stack output --json` prints
 * @throws QueuesError for anything else
 */
export function queuesOfOutputs(outputs: string): DeadLetterQueue[] {
  const all = parse(outputs);
  const queues = isRecord(all) ? all[outputName] : undefined;
  if (queues === undefined) {
    throw new QueuesError(`There is no ${outputName} among the stack's outputs; "pulumi up" makes it.`);
  }
  const entries = isRecord(queues) ? Object.entries(queues) : [];
  const found = entries.flatMap(([name, url]) => (isQueueUrl(url) ? [{ name, url }] : []));
  if (!isRecord(queues) || found.length < entries.length) {
    throw new QueuesError(`The stack's output ${outputName} is no map from names to the URLs of queues.`);
  }
  return sorted(found);
}

/** Of all queues of the local cloud those for dead letters, which it names after the program's resources. */
export function localQueues(urls: readonly string[]): DeadLetterQueue[] {
  return sorted(
    urls.flatMap((url) => {
      const [, resource] = /\/([^/]+)-[0-9a-f]{7}$/.exec(url) ?? [];
      if (resource === undefined || !/-(dead|failures)$/.test(resource)) return [];
      return [{ name: resource.replace(/-dead$/, ""), url }];
    }),
  );
}

/** @throws QueueNameError naming those that there are */
export function queueNamed(queues: readonly DeadLetterQueue[], name: string): DeadLetterQueue {
  const found = queues.find((queue) => queue.name === name);
  if (found) return found;
  const names = queues.map((queue) => queue.name).join(", ");
  throw new QueueNameError(`There is no dead-letter queue "${name}". There are: ${names}.`);
}

function sorted(queues: DeadLetterQueue[]): DeadLetterQueue[] {
  return queues.sort((a, b) => a.name.localeCompare(b.name, "en"));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new QueuesError("The stack's outputs are not JSON.", { cause: error });
  }
}

function isQueueUrl(value: unknown): value is string {
  return typeof value === "string" && URL.canParse(value) && /^https?:\/\/[^/]+\/\d{12}\/[^/]+$/.test(value);
}
