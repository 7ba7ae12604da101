import type { Members } from "../cloudwatch/members";
import { AwsError } from "../service";
import { validation } from "./putEvents";

/** An archive or a replay, as lists are filtered by. */
export interface Listed {
  readonly name: string;
  readonly sourceArn: string;
  readonly state: string;
}

const largestPage = 100;

/**
 * The items that a list asks for: those of one filter at most, by name, in pages.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListArchives.html
 * @param operation for example `ListArchives`
 * @throws AwsError ValidationException, InvalidToken
 */
export function listed<T extends Listed>(
  operation: string,
  members: Members,
  items: readonly T[],
  states: readonly string[],
): { readonly page: readonly T[]; readonly NextToken?: string } {
  const wanted = readFilter(operation, members, states);
  const after = readToken(members.text("NextToken", { least: 1, most: 2048 }));
  const size = members.integer("Limit", { least: 1, most: largestPage }) ?? largestPage;
  const left = items
    .filter((item) => wanted(item) && item.name > after)
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  const page = left.slice(0, size);
  const last = page.at(-1);
  if (last === undefined || page.length === left.length) return { page };
  return { page, NextToken: Buffer.from(`after:${last.name}`).toString("base64") };
}

function readFilter(
  operation: string,
  members: Members,
  states: readonly string[],
): (item: Listed) => boolean {
  const prefix = members.text("NamePrefix", { least: 1, most: 64 });
  const source = members.text("EventSourceArn", { least: 1, most: 1600 });
  const state = members.choice("State", states);
  if ([prefix, source, state].filter((filter) => filter !== undefined).length > 1) {
    throw validation(
      `At most one filter is allowed for ${operation}. Use either : State, EventSourceArn, or NamePrefix.`,
    );
  }
  return (item) =>
    item.name.startsWith(prefix ?? "") &&
    (source ?? item.sourceArn) === item.sourceArn &&
    (state ?? item.state) === item.state;
}

/** The name that the page before ended with. */
function readToken(token: string | undefined): string {
  if (token === undefined) return "";
  const [, name] = /^after:(.+)$/.exec(Buffer.from(token, "base64").toString()) ?? [];
  if (name === undefined) throw new AwsError("InvalidToken", "The NextToken is invalid.");
  return name;
}
