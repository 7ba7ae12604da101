import type { Clock } from "../../clock";
import type { Log } from "../../log";
import { isRefusal, type Store } from "./dynalite";
import { pick, type Item } from "./items";
import type { Operations, UserIdentity } from "./operations";
import { findTable, keyNames } from "./table";
import type { TimeToLive } from "./timeToLive";

const sweepInterval = 60_000;

/** In seconds; AWS leaves items alone whose time lies further back. */
const fiveYears = 5 * 365 * 24 * 60 * 60;

const dynamoDbItself: UserIdentity = { type: "Service", principalId: "dynamodb.amazonaws.com" };

export interface ExpiryOptions {
  readonly store: Store;
  readonly operations: Operations;
  readonly timeToLive: TimeToLive;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Deletes items whose time to live has passed.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
 */
export class Expiry {
  #cancel: () => void;
  #sweeping: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(private readonly options: ExpiryOptions) {
    this.#cancel = this.#schedule();
  }

  /** Deletes what has expired by now. */
  async deleteExpired(): Promise<void> {
    for (const [tableName, attribute] of this.options.timeToLive.entries()) {
      await this.#sweepTable(tableName, attribute);
    }
  }

  /** A sweep under way ends first. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    await this.#sweeping;
  }

  #schedule(): () => void {
    return this.options.clock.after(sweepInterval, () => {
      this.#sweeping = this.#sweep();
    });
  }

  async #sweep(): Promise<void> {
    try {
      await this.deleteExpired();
    } catch (error) {
      this.options.log(`DynamoDB could not delete expired items: ${String(error)}`);
    }
    if (!this.#stopped) this.#cancel = this.#schedule();
  }

  async #sweepTable(tableName: string, attribute: string): Promise<void> {
    const { store, clock, log } = this.options;
    const table = await findTable(store, tableName);
    if (!table) return;
    const now = clock.now() / 1000;
    let deleted = 0;
    for await (const item of store.getItemDb(tableName).createValueStream({}) as AsyncIterable<Item>) {
      if (this.#stopped) return;
      if (!hasExpired(item[attribute], now)) continue;
      if (await this.#delete(tableName, pick(item, keyNames(table)), attribute, now)) deleted += 1;
    }
    if (deleted > 0) log(`DynamoDB deleted ${deleted} expired items of ${tableName}`);
  }

  /** Under a condition, since the item may have been given a later time, or be gone, since it was read. */
  async #delete(TableName: string, Key: Item, attribute: string, now: number): Promise<boolean> {
    const { operations } = this.options;
    const input = operations.prepare("DeleteItem", {
      TableName,
      Key,
      ConditionExpression: "#time < :now",
      ExpressionAttributeNames: { "#time": attribute },
      ExpressionAttributeValues: { ":now": { N: String(now) } },
    });
    try {
      await operations.perform("DeleteItem", input, dynamoDbItself);
      return true;
    } catch (error) {
      if (isRefusal(error)) return false;
      throw error;
    }
  }
}

function hasExpired(time: Item[string] | undefined, now: number): boolean {
  if (!time || !("N" in time)) return false;
  const seconds = Number(time.N);
  return seconds < now && seconds > now - fiveYears;
}
