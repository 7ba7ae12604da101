/** An output cannot be delivered, and trying again would not help: the job fails with this code and message. */
export class EgressFailure extends Error {
  override readonly name = "EgressFailure";

  /** @param code what the job's error is called, for example `OutputGone` */
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** An output cannot be delivered now. Another try may succeed; when none is left, the job fails with this. */
export class EgressInterruption extends Error {
  override readonly name = "EgressInterruption";

  /** @param retryAfterSeconds how long the other side asks to be left alone, if it does */
  constructor(
    readonly code: string,
    message: string,
    readonly retryAfterSeconds?: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
