import type { JsonObject } from "../jsonProtocol";
import { AwsError } from "../service";
import { checkInput, type Store } from "./dynalite";
import { describeTable } from "./table";
import {
  describeTimeToLiveType,
  updateTimeToLiveType,
  type TimeToLiveInput,
  type TimeToLiveSpecification,
} from "./timeToLiveType";

/** Beside the keys of dynalite, which begin with `table~`, `item-`, `index-` and `tag-`. */
const keyPrefix = "ttl~";

/** Which attribute of each table says when an item expires. */
export class TimeToLive {
  readonly #attributes = new Map<string, string>();

  constructor(private readonly store: Store) {}

  /** Reads what an earlier run kept. */
  async load(): Promise<void> {
    for await (const [key, attribute] of this.store.db.iterator({ gte: keyPrefix, lt: `${keyPrefix}\xff` })) {
      this.#attributes.set(key.slice(keyPrefix.length), String(attribute));
    }
  }

  /** Table and attribute names. */
  entries(): readonly (readonly [string, string])[] {
    return [...this.#attributes];
  }

  /** Makes the table's setting what `specification` says, whatever it was. */
  async set(tableName: string, specification: TimeToLiveSpecification | undefined): Promise<void> {
    if (specification?.Enabled) {
      await this.store.db.put(keyPrefix + tableName, specification.AttributeName);
      this.#attributes.set(tableName, specification.AttributeName);
    } else {
      await this.store.db.del(keyPrefix + tableName);
      this.#attributes.delete(tableName);
    }
  }

  /** The operation UpdateTimeToLive. */
  async update(input: JsonObject): Promise<JsonObject> {
    const { TableName, TimeToLiveSpecification } = this.check(input);
    await describeTable(this.store, TableName);
    const refused = refusal(this.#attributes.get(TableName), TimeToLiveSpecification);
    if (refused) throw new AwsError("ValidationException", refused);
    await this.set(TableName, TimeToLiveSpecification);
    return { TimeToLiveSpecification };
  }

  /** The operation DescribeTimeToLive. */
  async describe(input: JsonObject): Promise<JsonObject> {
    const { TableName } = checkInput(input, { types: describeTimeToLiveType }, this.store);
    await describeTable(this.store, String(TableName));
    const AttributeName = this.#attributes.get(String(TableName));
    return {
      TimeToLiveDescription:
        AttributeName === undefined
          ? { TimeToLiveStatus: "DISABLED" }
          : { TimeToLiveStatus: "ENABLED", AttributeName },
    };
  }

  /** @throws Refusal when the input of an UpdateTimeToLive breaks a rule */
  check(input: JsonObject): TimeToLiveInput {
    return checkInput(input, { types: updateTimeToLiveType }, this.store) as JsonObject & TimeToLiveInput;
  }
}

/** AWS refuses what would change nothing, and another attribute while one is set. */
function refusal(current: string | undefined, wanted: TimeToLiveSpecification): string | undefined {
  if (current === undefined) return wanted.Enabled ? undefined : "TimeToLive is already disabled";
  if (current !== wanted.AttributeName) {
    return `TimeToLive is active on a different AttributeName: current AttributeName is ${current}`;
  }
  return wanted.Enabled ? "TimeToLive is already enabled" : undefined;
}
