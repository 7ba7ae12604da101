import { createRequire } from "node:module";
import type { Readable } from "node:stream";
import type { Account } from "../../account";
import type { JsonObject } from "../jsonProtocol";
import { rememberExpressions, type ExpressionParser } from "./expressionMemory";
import type { Item } from "./items";
import type { Table } from "./table";

/** What dynalite calls back with: an error, or nothing and the value; a value that is not there is undefined. */
export type Callback<Value = void> = (error: Error | null | undefined, value?: Value) => void;

/** Wraps the callback of a critical section so that the lock is released before it runs. */
export type Release = (done: (...args: unknown[]) => void) => (...args: unknown[]) => void;

/** A part of the store with its own keys. */
export interface SubDb<Value> {
  lock(key: string, critical: (release: Release) => void): void;
  get(key: string, done: Callback<Value>): void;
  put(key: string, value: Value, done: Callback): void;
  del(key: string, done: Callback): void;
  createValueStream(options: object): Readable;
}

/** The store of `dynalite/db`. */
export interface Store {
  readonly db: {
    put(key: string, value: unknown): Promise<void>;
    del(key: string): Promise<void>;
    batch(operations: readonly { type: "put"; key: string; value: unknown }[]): Promise<void>;
    iterator(range: { gte?: string; lt?: string }): AsyncIterable<[string, unknown]>;
    close(): Promise<void>;
  };
  readonly tableDb: SubDb<Table> & { awsAccountId: string; awsRegion: string };
  getItemDb(tableName: string): SubDb<Item>;
  getIndexDb(type: string, tableName: string, indexName: string): SubDb<Item>;
  /** Without `checkStatus` only an active table is found. */
  getTable(name: string, checkStatus: boolean | Callback<Table>, done?: Callback<Table>): void;
}

/** An operation that dynalite carries out. */
export interface DynaliteOperation {
  readonly types: Readonly<Record<string, unknown>>;
  /** Returns what is wrong with the input. */
  readonly custom?: ((data: JsonObject, store: Store) => string | undefined) | undefined;
  readonly act: (store: Store, data: JsonObject, done: Callback<JsonObject | "">) => void;
}

/** An answer that refuses a request, as dynalite throws it: the body has `__type`. */
export interface Refusal extends Error {
  readonly statusCode: number;
  readonly body: JsonObject;
}

export function isRefusal(error: unknown): error is Refusal {
  return error instanceof Error && "statusCode" in error && "body" in error;
}

const load = createRequire(__filename);

// Its parts that answer over HTTP are left out: only the store, the validations and the actions are used.
const { create } = load("dynalite/db") as { create: (options: object) => Store };

for (const name of ["condition", "projection", "update"]) {
  const parser = load(`dynalite/db/${name}Parser`) as ExpressionParser;
  Object.assign(parser, rememberExpressions({ ...parser }));
}

const validations = load("dynalite/validations") as {
  checkTypes(data: JsonObject, types: object): JsonObject;
  checkValidations(data: JsonObject, types: object, custom: DynaliteOperation["custom"], store: Store): void;
};

const operationNames = [
  ...["BatchGetItem", "BatchWriteItem", "CreateTable", "DeleteItem", "DeleteTable", "DescribeTable"],
  ...["GetItem", "ListTables", "ListTagsOfResource", "PutItem", "Query", "Scan"],
  ...["TagResource", "UntagResource", "UpdateItem", "UpdateTable"],
];

export const dynaliteOperations: ReadonlyMap<string, DynaliteOperation> = new Map(
  operationNames.map((name) => [name, loadOperation(name.charAt(0).toLowerCase() + name.slice(1))]),
);

/** A store in memory. */
export function createStore(account: Account): Store {
  const timings = { createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 };
  const store = create(timings);
  store.tableDb.awsAccountId = account.accountId;
  store.tableDb.awsRegion = account.region;
  return store;
}

/**
 * The input with its known members only.
 * @throws Refusal when it breaks a rule
 */
export function checkInput(
  input: JsonObject,
  { types, custom }: Pick<DynaliteOperation, "types" | "custom">,
  store: Store,
): JsonObject {
  const data = validations.checkTypes(input, types);
  validations.checkValidations(data, types, custom, store);
  return data;
}

function loadOperation(fileName: string): DynaliteOperation {
  const act = load(`dynalite/actions/${fileName}`) as DynaliteOperation["act"];
  const rules = load(`dynalite/validations/${fileName}`) as Omit<DynaliteOperation, "act">;
  return { ...rules, act };
}
