import type { XmlContent } from "../../s3/xml";
import type { QueryInput } from "./queryInput";
import { invalidParameter } from "./topicErrors";

const pageSize = 100;

/** A page of a list, with the token of the next one if there is more. */
export function page<Item>(
  name: string,
  items: readonly Item[],
  input: QueryInput,
  describe: (item: Item) => XmlContent,
): XmlContent {
  const token = input.get("NextToken") ?? "0";
  if (!/^\d+$/.test(token)) throw invalidParameter("NextToken");
  const end = Number(token) + pageSize;
  return {
    [name]: { member: items.slice(Number(token), end).map(describe) },
    NextToken: end < items.length ? String(end) : undefined,
  };
}

/** A map in the query protocol. */
export function entries(map: Readonly<Record<string, string>>): XmlContent {
  return { entry: Object.entries(map).map(([key, value]) => ({ key, value })) };
}
