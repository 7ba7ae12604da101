import type { Members } from "../cloudwatch/members";
import { invalidParameter } from "./input";

/**
 * The page after `after`. It is found by what it follows and not by its number, so that none is missed or told twice when
 * others come or go between two pages.
 * @param items sorted by `keyOf`
 * @returns `token` is empty on the last page, as on AWS
 */
export function pageAfter<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  after: string | undefined,
  size: number,
): { readonly items: readonly T[]; readonly token: string } {
  const left = after === undefined ? items : items.filter((item) => keyOf(item) > after);
  const page = left.slice(0, size);
  const last = page.at(-1);
  const more = last !== undefined && page.length < left.length;
  return { items: page, token: more ? Buffer.from(`after:${keyOf(last)}`).toString("base64") : "" };
}

/** What the page before ended with. @throws AwsError InvalidParameterException */
export function readToken(members: Members): string | undefined {
  const token = members.text("PaginationToken", { most: 2048 });
  if (token === undefined || token === "") return undefined;
  const [, key] = /^after:(.*)$/s.exec(Buffer.from(token, "base64").toString()) ?? [];
  if (key === undefined) throw invalidParameter("The PaginationToken is invalid.");
  return key;
}
