import type { JsonObject } from "../../jsonProtocol";
import { AwsError } from "../../service";
import { optionalText, violation } from "./members";

const defaultPage = 100;
const largestPage = 1000;
const longestToken = 3096;

/**
 * The page of `items` that `maxResults` and `nextToken` ask for.
 * @throws AwsError ValidationException, InvalidToken
 */
export function page<T>(items: readonly T[], input: JsonObject): { items: readonly T[]; nextToken?: string } {
  const start = positionOf(optionalText(input, "nextToken", { least: 1, most: longestToken }));
  const end = start + pageSize(input["maxResults"]);
  return {
    items: items.slice(start, end),
    ...(end < items.length && { nextToken: Buffer.from(`after:${end}`).toString("base64") }),
  };
}

function pageSize(value: unknown): number {
  if (value === undefined || value === null || value === 0) return defaultPage;
  if (typeof value !== "number") throw new AwsError("SerializationException", "maxResults is not a number");
  const subject = `Value '${value}' at 'maxResults'`;
  if (value > largestPage)
    throw violation(subject, `Member must have value less than or equal to ${largestPage}`);
  if (value < 0) throw violation(subject, "Member must have value greater than or equal to 0");
  return value;
}

function positionOf(token: string | undefined): number {
  if (token === undefined) return 0;
  const match = /^after:(\d+)$/.exec(Buffer.from(token, "base64").toString());
  if (!match) throw new AwsError("InvalidToken", "Invalid Token: 'Invalid token'");
  return Number(match[1]);
}
