import type { KeySchemaElement, SecondaryIndex, Table } from "./table";

type Schema = Pick<
  Table,
  "AttributeDefinitions" | "KeySchema" | "GlobalSecondaryIndexes" | "LocalSecondaryIndexes"
>;

/** What of a table's keys and indexes would have to change, in words; empty when nothing would. */
export function schemaChanges(current: Schema, wanted: Schema): readonly string[] {
  return [
    ...difference("the key", keys(current.KeySchema), keys(wanted.KeySchema)),
    ...difference("the attribute types", attributes(current), attributes(wanted)),
    ...indexChanges("global", current.GlobalSecondaryIndexes, wanted.GlobalSecondaryIndexes),
    ...indexChanges("local", current.LocalSecondaryIndexes, wanted.LocalSecondaryIndexes),
  ];
}

function indexChanges(
  kind: string,
  current: readonly SecondaryIndex[] = [],
  wanted: readonly SecondaryIndex[] = [],
): string[] {
  const names = new Set([...current, ...wanted].map(({ IndexName }) => IndexName));
  return [...names].sort().flatMap((name) => {
    const [before, after] = [current, wanted].map((list) => list.find(({ IndexName }) => IndexName === name));
    return difference(`the ${kind} index ${name}`, before && index(before), after && index(after));
  });
}

function difference(what: string, before: string | undefined, after: string | undefined): string[] {
  if (before === after) return [];
  if (before === undefined) return [`${what} is new`];
  if (after === undefined) return [`${what} is gone`];
  return [`${what}: ${before} before, ${after} now`];
}

function keys(schema: readonly KeySchemaElement[]): string {
  return schema.map(({ AttributeName, KeyType }) => `${AttributeName} (${KeyType})`).join(", ");
}

function attributes({ AttributeDefinitions }: Schema): string {
  return AttributeDefinitions.map(({ AttributeName, AttributeType }) => `${AttributeName} (${AttributeType})`)
    .sort()
    .join(", ");
}

function index({ KeySchema, Projection }: SecondaryIndex): string {
  const names = [...(Projection.NonKeyAttributes ?? [])].sort();
  return `${keys(KeySchema)} with ${[Projection.ProjectionType, ...names].join(" ")}`;
}
