import type { Members } from "../cloudwatch/members";
import type { JsonObject } from "../jsonProtocol";
import { AwsError } from "../service";
import { listedSecret } from "./description";
import { membersOf } from "./input";
import type { Secret } from "./secret";
import type { Secrets } from "./secrets";

type Attribute = (secret: Secret) => readonly (string | undefined)[];

const attributes: Readonly<Record<string, Attribute>> = {
  name: ({ name }) => [name],
  description: ({ description }) => [description?.toLowerCase()],
  "tag-key": ({ tags }) => tags.map(({ Key }) => Key),
  "tag-value": ({ tags }) => tags.map(({ Value }) => Value),
};

/**
 * The operation ListSecrets, newest first.
 * Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html
 */
export function listSecrets(input: JsonObject, secrets: Secrets): object {
  const members = membersOf(input);
  const deleted = members.flag("IncludePlannedDeletion") ?? false;
  const filters = (members.structures("Filters", { most: 10 }) ?? []).map(readFilter);
  const ascending = members.choice("SortOrder", ["asc", "desc"]) === "asc";
  const found = secrets
    .list()
    .filter((secret) => deleted || secret.deletion === undefined)
    .filter((secret) => filters.every((matches) => matches(secret)));
  const sorted = ascending ? found : [...found].reverse();
  const start = positionOf(members.text("NextToken", { least: 1, most: 4096 }));
  const end = start + (members.integer("MaxResults", { least: 1, most: 100 }) ?? 100);
  return {
    SecretList: sorted.slice(start, end).map(listedSecret),
    ...(end < sorted.length && { NextToken: Buffer.from(`after:${end}`).toString("base64") }),
  };
}

/** Prefixes, of which one must match; `!` turns one round. */
function readFilter(filter: Members): (secret: Secret) => boolean {
  const key = filter.requiredText("Key");
  const values = filter.required("Values", filter.texts("Values", { least: 1, most: 10 }, { most: 512 }));
  const attribute = attributes[key];
  if (!attribute) {
    const known = Object.keys(attributes).join(", ");
    throw filter.violation("Key", key, `Member must satisfy enum value set: [${known}]`);
  }
  return (secret) => values.some((value) => matches(attribute(secret), key, value));
}

function matches(found: readonly (string | undefined)[], key: string, value: string): boolean {
  const negated = value.startsWith("!");
  const prefix = negated ? value.slice(1) : value;
  const wanted = key === "description" ? prefix.toLowerCase() : prefix;
  return found.some((text) => text?.startsWith(wanted)) !== negated;
}

function positionOf(token: string | undefined): number {
  if (token === undefined) return 0;
  const match = /^after:(\d+)$/.exec(Buffer.from(token, "base64").toString());
  if (!match) throw new AwsError("InvalidNextTokenException", "Invalid NextToken.");
  return Number(match[1]);
}
