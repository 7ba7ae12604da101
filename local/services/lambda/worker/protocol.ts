/** What a worker is told for one invocation. */
export interface InvocationMessage {
  readonly requestId: string;
  /** As the caller named the function, with a qualifier if one was given. */
  readonly invokedFunctionArn: string;
  /** JSON. */
  readonly event: string;
  /** What the function's timeout leaves. */
  readonly remainingMilliseconds: number;
}

/** An error as Lambda answers it. */
export interface ErrorPayload {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** What a worker says: first that it is ready, then how each invocation ended. */
export type WorkerMessage =
  | { readonly kind: "ready" }
  | { readonly kind: "succeeded"; readonly payload: string }
  | { readonly kind: "failed"; readonly error: ErrorPayload; readonly fatal: boolean };
