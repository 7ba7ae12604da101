import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";
import type { OutputRequest, PlatformSettings } from "./fetchOutput";
import { publicLookup } from "./publicAddress";
import { isRedirect, mostRedirects, redirectTarget, tooManyRedirects } from "./redirects";
import { sendRequest, type Send } from "./sendRequest";

/** An answer that is no redirect, and what led to it. */
export interface Reached {
  readonly response: IncomingMessage;
  /** Where it came from. */
  readonly url: URL;
  /** For messages: what was asked, and who answered if that is another. */
  readonly asked: string;
  /** Whether the token was sent to whoever answered. */
  readonly authorized: boolean;
}

/**
 * Sends the request, and again wherever the platform sends it.
 * @throws as `sendRequest` and `redirectTarget` do
 */
export async function followRedirects(
  platform: PlatformSettings,
  start: URL,
  request: OutputRequest,
  options: { readonly answerMs: number; readonly send: Send },
): Promise<Reached> {
  const { signal } = request;
  let url = start;
  // Once it has been elsewhere, what leads back is not the platform's own will.
  let authorized = true;
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    const asked = askedOf(start, url);
    const headers = headersOf(request, authorized);
    const lookup = url.origin === start.origin ? undefined : publicLookup();
    const response = await sendRequest({ ...options, url, asked, headers, lookup, signal });
    if (!isRedirect(response.statusCode)) return { response, url, asked, authorized };
    response.destroy();
    url = redirectTarget(platform, url, response.headers.location);
    authorized &&= url.origin === start.origin;
  }
  throw tooManyRedirects(askedOf(start, start));
}

function askedOf(start: URL, { host }: URL): string {
  return `GET ${start.href}${host === start.host ? "" : `, redirected to ${host},`}`;
}

function headersOf({ token, from = 0, validator }: OutputRequest, authorized: boolean): OutgoingHttpHeaders {
  return {
    Accept: "*/*",
    "Accept-Encoding": "identity",
    // Firewalls refuse requests without one, that of AWS among them.
    "User-Agent": "jobrelay",
    ...(authorized ? { Authorization: `Bearer ${token}` } : {}),
    ...(from > 0 ? { Range: `bytes=${from}-` } : {}),
    ...(from > 0 && validator !== undefined ? { "If-Range": validator } : {}),
  };
}
