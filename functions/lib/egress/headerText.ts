import { isUtf8 } from "node:buffer";
import type { IncomingHttpHeaders } from "node:http";

/** A header's value, its lines joined; nothing if it was not sent. */
export function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(", ") : value;
}

/** Text that was sent as UTF-8, though headers are Latin-1, which is how Node reads them; any other as it is. */
export function headerText(value: string): string {
  const bytes = Buffer.from(value, "latin1");
  const isLatin1 = bytes.toString("latin1") === value;
  return isLatin1 && isUtf8(bytes) ? bytes.toString("utf8") : value;
}
