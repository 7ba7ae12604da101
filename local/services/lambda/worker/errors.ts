import { types } from "node:util";
import type { ErrorPayload } from "./protocol";

/** An error of the runtime itself, under the name that Lambda gives it. */
export class RuntimeError extends Error {
  /** @param name the part after `Runtime.`, for example `HandlerNotFound` */
  constructor(name: string, message: string) {
    super(message);
    this.name = `Runtime.${name}`;
    // The stack begins with the name, which was not known when it was taken.
    Error.captureStackTrace(this, RuntimeError);
  }
}

/**
 * Renders what a handler threw.
 * Source: https://github.com/aws/aws-lambda-nodejs-runtime-interface-client (src/Errors.js)
 */
export function errorPayload(error: unknown): ErrorPayload {
  if (isError(error)) {
    const trace = (error.stack ?? "").split("\n");
    return { errorType: error.name, errorMessage: error.message, trace };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

/** Errors of another realm, such as a `vm` context, are no instances of this one's `Error`. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || types.isNativeError(value);
}
