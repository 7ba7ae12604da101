import type { Account } from "../../account";
import type { Clock } from "../../clock";
import type { Log } from "../../log";
import type { Stateful } from "../../data/stateful";
import type { JsonObject } from "../jsonProtocol";
import type { Service } from "../service";
import type { TagSource } from "../tagging/resources";
import { createStore } from "./dynalite";
import { Expiry } from "./expiry";
import { createOperations, type Operations } from "./operations";
import type { SavedStream } from "./tableStream";
import { Streams, type StreamSource } from "./streams";
import { tableTags } from "./tableTags";
import { Tables } from "./tables";
import { TimeToLive } from "./timeToLive";
import { dynamoDbService, type Run } from "./wire";

export type { DynamoDbStreamRecord } from "./streamRecord";
export type { StreamSource } from "./streams";
export type { StreamPosition, StreamReader } from "./tableStream";

export interface DynamoDbOptions {
  readonly account: Account;
  readonly clock: Clock;
  readonly log: Log;
}

/** DynamoDB of the local cloud. */
export interface DynamoDb extends Stateful {
  readonly service: Service;
  /**
   * Makes a table and waits until it is active.
   * @param input that of CreateTable, and `TimeToLiveSpecification` as UpdateTimeToLive takes it
   */
  createTable(input: JsonObject): Promise<{ tableArn: string; streamArn?: string }>;
  readonly streams: StreamSource;
  readonly tags: TagSource;
  /** Deletes items whose time to live has passed, as is done every minute. */
  deleteExpired(): Promise<void>;
  stop(): Promise<void>;
}

/** Everything of DynamoDB that outlives a restart: the entries of the store as they are, and the streams. */
interface SavedDynamoDb {
  readonly entries: readonly (readonly [string, unknown])[];
  readonly streams: readonly SavedStream[];
}

export function startDynamoDb({ account, clock, log }: DynamoDbOptions): DynamoDb {
  const store = createStore(account);
  const streams = new Streams(account, clock);
  const operations = createOperations(store, (write, identity) => streams.append(write, identity));
  const timeToLive = new TimeToLive(store);
  const tables = new Tables({ account, store, operations, streams, timeToLive, clock });
  const expiry = new Expiry({ store, operations, timeToLive, clock, log });
  const stop = async () => {
    await expiry.stop();
    await store.db.close();
  };
  return {
    service: { ...dynamoDbService(account, operationTable(operations, tables, timeToLive)), stop },
    streams,
    tags: tableTags(account, operations),
    deleteExpired: () => expiry.deleteExpired(),
    stop,
    async save(): Promise<SavedDynamoDb> {
      await expiry.stop();
      const entries: [string, unknown][] = [];
      for await (const entry of store.db.iterator({})) entries.push(entry);
      return { entries, streams: streams.save() };
    },
    async prepare(state) {
      const saved = state as SavedDynamoDb;
      await store.db.batch(saved.entries.map(([key, value]) => ({ type: "put", key, value })));
      await tables.load();
      streams.restore(saved.streams);
    },
    // The program has found its tables already.
    restore: () => undefined,
    async createTable(input) {
      const { TableArn, StreamSpecification, LatestStreamArn } = await tables.ensure(input);
      if (!StreamSpecification || LatestStreamArn === undefined) return { tableArn: TableArn };
      return { tableArn: TableArn, streamArn: LatestStreamArn };
    },
  };
}

function operationTable(
  operations: Operations,
  tables: Tables,
  timeToLive: TimeToLive,
): ReadonlyMap<string, Run> {
  const run =
    (name: string): Run =>
    async (input) =>
      operations.perform(name, operations.prepare(name, input));
  return new Map<string, Run>([
    ...[...operations.names].map((name): [string, Run] => [name, run(name)]),
    ["CreateTable", (input) => tables.create(input)],
    ["UpdateTable", (input) => tables.update(input)],
    ["DeleteTable", (input) => tables.delete(input)],
    ["UpdateTimeToLive", (input) => timeToLive.update(input)],
    ["DescribeTimeToLive", (input) => timeToLive.describe(input)],
  ]);
}
