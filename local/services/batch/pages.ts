import type { JsonObject } from "../jsonProtocol";
import { clientException } from "./errors";
import { optionalInteger, optionalText } from "./input";

/** A page of a list by `maxResults` and `nextToken`, which is the number of items before it. */
export function page<T>(
  items: readonly T[],
  input: JsonObject,
  most: number,
): { items: readonly T[]; nextToken?: string } {
  const size = optionalInteger(input, "maxResults", [1, 2 ** 31 - 1]) ?? most;
  const token = optionalText(input, "nextToken") ?? "0";
  if (!/^\d+$/.test(token)) throw clientException("Invalid nextToken.");
  const start = Number(token);
  const end = start + Math.min(size, most);
  return {
    items: items.slice(start, end),
    ...(end < items.length && { nextToken: String(end) }),
  };
}
