import { AwsError } from "../service";

/**
 * A page of a list.
 * @param token where the page before ended
 * @throws AwsError InvalidNextToken
 */
export function page<T>(
  items: readonly T[],
  token: string | undefined,
  size: number,
): { items: readonly T[]; NextToken?: string } {
  const start = token === undefined ? 0 : positionOf(token);
  const end = start + size;
  return {
    items: items.slice(start, end),
    ...(end < items.length && { NextToken: Buffer.from(`after:${end}`).toString("base64") }),
  };
}

function positionOf(token: string): number {
  const match = /^after:(\d+)$/.exec(Buffer.from(token, "base64").toString());
  if (!match) throw new AwsError("InvalidNextToken", "The value for parameter NextToken is invalid.");
  return Number(match[1]);
}
