import type { Ending } from "./workerProcess";

/** The answer of a function. */
export interface InvocationResult {
  readonly requestId: string;
  /** JSON: what the handler returned, or an error as Lambda answers it. */
  readonly payload: string;
  readonly functionError?: "Unhandled";
  /** The last 4 KB of what the invocation wrote. */
  readonly logTail: string;
}

/** Lambda allows the answer to be a little larger than 6 MB. */
const answerLimit = 6_291_556;

type Answer = Pick<InvocationResult, "payload" | "functionError">;

/**
 * The answer to an invocation that ended so.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-retries.html and troubleshooting-invocation.html
 */
export function answerOf(ending: Ending, requestId: string, timeoutSeconds: number): Answer {
  switch (ending.kind) {
    case "succeeded":
      return Buffer.byteLength(ending.payload) > answerLimit ? tooLarge : { payload: ending.payload };
    case "failed":
      return unhandled(ending.error);
    case "exited":
      return unhandled({
        errorType: "Runtime.ExitError",
        errorMessage: `RequestId: ${requestId} Error: ${ending.reason}`,
      });
    case "timedOut":
      return unhandled({
        errorType: "Sandbox.Timedout",
        errorMessage: `RequestId: ${requestId} Error: ${timeoutMessage(timeoutSeconds)}`,
      });
  }
}

export function timeoutMessage(timeoutSeconds: number): string {
  return `Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
}

const unhandled = (error: object): Answer => ({
  payload: JSON.stringify(error),
  functionError: "Unhandled",
});

const tooLarge = unhandled({
  errorType: "Function.ResponseSizeTooLarge",
  errorMessage: `Response payload size exceeded maximum allowed payload size (${answerLimit} bytes).`,
});
