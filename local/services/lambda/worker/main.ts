import { invocationContext } from "./context";
import { errorPayload, RuntimeError } from "./errors";
import { loadHandler, type Handler } from "./handler";
import type { InvocationMessage, WorkerMessage } from "./protocol";

// The program of a worker process: loads the handler, then carries out one invocation at a time.
// It runs transpiled and away from the project, so it imports nothing but Node and its own folder.

const memoryLimit = Number(process.env["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]) * 1024 * 1024;
let invoking = false;

async function main(): Promise<void> {
  process.on("uncaughtException", (error) => fail(error, "Uncaught Exception", 129));
  process.on("unhandledRejection", (reason) => {
    const error = new RuntimeError("UnhandledPromiseRejection", String(reason));
    fail(error, "Unhandled Promise Rejection", 128);
  });
  process.on("disconnect", () => process.exit(0));
  // Ctrl-C reaches the whole process group; it is the local cloud that ends its workers.
  process.on("SIGINT", () => undefined);
  setInterval(checkMemory, 250).unref();
  const handler = await loadHandler(process.cwd(), process.env["_HANDLER"] ?? "");
  process.on("beforeExit", failUnsettled);
  process.on("message", (message) => void invoke(handler, message as InvocationMessage));
  send({ kind: "ready" });
}

async function invoke(handler: Handler, message: InvocationMessage): Promise<void> {
  invoking = true;
  // Without the channel an event loop runs empty when the handler's promise can never settle.
  process.channel?.unref();
  try {
    const event: unknown = JSON.parse(message.event);
    const answer = await handler(event, invocationContext(message, process.env));
    finish({ kind: "succeeded", payload: serialise(answer) });
  } catch (error) {
    logError("Invoke Error", error);
    finish({ kind: "failed", error: errorPayload(error), fatal: false });
  }
}

function serialise(answer: unknown): string {
  try {
    const text: unknown = JSON.stringify(answer);
    return typeof text === "string" ? text : "null";
  } catch {
    throw new RuntimeError("JSONStringifyError", "Unable to stringify response body");
  }
}

function failUnsettled(): void {
  if (!invoking) return;
  const error = new RuntimeError(
    "NodeJsExit",
    "The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a Promise that was never settled. For more information, see https://nodejs.org/docs/latest/api/process.html#exit-codes",
  );
  logError("Invoke Error", error);
  finish({ kind: "failed", error: errorPayload(error), fatal: false });
}

function finish(message: WorkerMessage): void {
  if (!invoking) return;
  invoking = false;
  process.channel?.ref();
  send(message);
}

/** Ends the process, as Lambda's runtime does when it cannot know what state the code is in. */
function fail(error: unknown, title: string, status: number): void {
  logError(title, error);
  send({ kind: "failed", error: errorPayload(error), fatal: true }, () => process.exit(status));
}

function logError(title: string, error: unknown): void {
  const { errorType, errorMessage, trace } = errorPayload(error);
  console.error(`ERROR\t${title}\t${JSON.stringify({ errorType, errorMessage, stack: trace })}`);
}

/** V8's own limit covers only the heap; Lambda counts the whole process. */
function checkMemory(): void {
  if (process.memoryUsage.rss() <= memoryLimit) return;
  console.error(`the process outgrew its memory of ${memoryLimit / 1024 / 1024} MB`);
  process.kill(process.pid, "SIGKILL");
}

function send(message: WorkerMessage, sent: () => void = () => undefined): void {
  process.send?.(message, undefined, undefined, sent);
}

main().catch((error: unknown) => fail(error, "Init Error", 1));
