/** Why an output cannot be delivered. Errors by name rather than classes, since closures lose classes. */
export interface EgressError extends Error {
  /** What the job's error is called, for example `OutputGone`. */
  readonly code: string;
  /** How long the other side asks to be left alone, if it does. */
  readonly retryAfterSeconds?: number;
}

const [failureName, interruptionName] = ["EgressFailure", "EgressInterruption"];

/** An output cannot be delivered, and trying again would not help: the job fails with this code and message. */
export function egressFailure(code: string, message: string, options?: ErrorOptions): EgressError {
  return Object.assign(new Error(message, options), { name: failureName, code });
}

/** An output cannot be delivered now. Another try may succeed; when none is left, the job fails with this. */
export function egressInterruption(
  code: string,
  message: string,
  retryAfterSeconds?: number,
  options?: ErrorOptions,
): EgressError {
  const retry = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
  return Object.assign(new Error(message, options), { name: interruptionName, code, ...retry });
}

export function isEgressFailure(error: unknown): error is EgressError {
  return error instanceof Error && error.name === failureName;
}

export function isEgressInterruption(error: unknown): error is EgressError {
  return error instanceof Error && error.name === interruptionName;
}
