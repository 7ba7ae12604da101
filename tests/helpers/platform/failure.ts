import type { ServerResponse } from "node:http";

/** One request for an output. */
export interface FailureRequest {
  /** Of the platform's job. */
  readonly id: string;
  /** How often it has been asked for, this time included. */
  readonly attempt: number;
  /** The first byte that is asked for. */
  readonly from: number;
}

/** How the platform fails to send an output. */
export type Failure =
  | "none"
  /** Never answers, and keeps the connection. */
  | "silent"
  /** Answers nothing and closes the connection. */
  | "hangUp"
  | {
      readonly status: number;
      readonly retryAfter?: number | string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly text?: string;
    }
  | { readonly redirect: string; readonly status?: 301 | 302 | 303 | 307 | 308 }
  /** The connection breaks after so many bytes of the body. */
  | { readonly cutAfterBytes: number }
  /** The connection stays, but after so many bytes of the body no more come. */
  | { readonly silentAfterBytes: number }
  /** The body ends so many bytes before the length that its headers promise. */
  | { readonly shortBy: number };

/** A failure of the body: the headers are as always. */
export type BodyFailure = Extract<
  Failure,
  { cutAfterBytes: number } | { silentAfterBytes: number } | { shortBy: number }
>;

export function isBodyFailure(failure: Failure): failure is BodyFailure {
  const names = ["cutAfterBytes", "silentAfterBytes", "shortBy"];
  return typeof failure === "object" && names.some((name) => name in failure);
}

/** Answers as a failure that has no output does. */
export function fail(response: ServerResponse, failure: Exclude<Failure, "none" | BodyFailure>): void {
  if (failure === "silent") return;
  if (failure === "hangUp") {
    response.socket?.destroy();
    return;
  }
  if ("redirect" in failure) {
    response.writeHead(failure.status ?? 302, { location: failure.redirect }).end("It is elsewhere.");
    return;
  }
  const { status, retryAfter, headers, text = `failing with ${status}` } = failure;
  response.writeHead(status, {
    "content-type": "text/plain",
    ...(retryAfter === undefined ? {} : { "retry-after": String(retryAfter) }),
    ...headers,
  });
  response.end(text);
}
