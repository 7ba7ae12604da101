import { AwsError } from "../service";
import type { Store } from "./dynalite";

export type StreamViewType = "KEYS_ONLY" | "NEW_IMAGE" | "OLD_IMAGE" | "NEW_AND_OLD_IMAGES";

export interface StreamSpecification {
  readonly StreamEnabled: boolean;
  readonly StreamViewType?: StreamViewType;
}

export interface KeySchemaElement {
  readonly AttributeName: string;
  readonly KeyType: "HASH" | "RANGE";
}

export interface SecondaryIndex {
  readonly IndexName: string;
  readonly KeySchema: readonly KeySchemaElement[];
  readonly Projection: { readonly ProjectionType: string; readonly NonKeyAttributes?: readonly string[] };
}

/** The part of a TableDescription that the local cloud reads. */
export interface Table {
  readonly TableName: string;
  readonly TableArn: string;
  readonly TableStatus: "CREATING" | "ACTIVE" | "UPDATING" | "DELETING";
  readonly AttributeDefinitions: readonly {
    readonly AttributeName: string;
    readonly AttributeType: string;
  }[];
  readonly KeySchema: readonly KeySchemaElement[];
  readonly GlobalSecondaryIndexes?: readonly SecondaryIndex[];
  readonly LocalSecondaryIndexes?: readonly SecondaryIndex[];
  /** Absent while no stream is enabled, as on AWS. */
  readonly StreamSpecification?: StreamSpecification | undefined;
  readonly LatestStreamArn?: string;
  readonly LatestStreamLabel?: string;
}

/** The names of the attributes that identify an item of the table. */
export function keyNames(table: Table): readonly string[] {
  return table.KeySchema.map(({ AttributeName }) => AttributeName);
}

/** @throws AwsError ResourceNotFoundException when there is no such table */
export async function describeTable(store: Store, name: string): Promise<Table> {
  const table = await findTable(store, name);
  if (table) return table;
  throw new AwsError("ResourceNotFoundException", `Requested resource not found: Table: ${name} not found`);
}

export function findTable(store: Store, name: string): Promise<Table | undefined> {
  return new Promise((resolve, reject) => {
    store.tableDb.get(name, (error, table) => (error ? reject(error) : resolve(table)));
  });
}

export function saveTable(store: Store, table: Table): Promise<void> {
  return new Promise((resolve, reject) => {
    store.tableDb.put(table.TableName, table, (error) => (error ? reject(error) : resolve()));
  });
}
