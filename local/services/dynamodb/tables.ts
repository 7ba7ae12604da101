import { setImmediate } from "node:timers/promises";
import type { Account } from "../../account";
import type { Clock } from "../../clock";
import type { JsonObject } from "../jsonProtocol";
import { AwsError } from "../service";
import type { Store } from "./dynalite";
import type { Operations } from "./operations";
import { tableArn } from "./permissions";
import { streamSpecificationOf } from "./streamSpecification";
import { schemaChanges } from "./schemaChange";
import type { Streams } from "./streams";
import { describeTable, findTable, saveTable, type StreamSpecification, type Table } from "./table";
import type { TimeToLive } from "./timeToLive";

export interface TablesOptions {
  readonly account: Account;
  readonly store: Store;
  readonly operations: Operations;
  readonly streams: Streams;
  readonly timeToLive: TimeToLive;
  readonly clock: Clock;
}

/** Operations on tables, with the streams and the tags that dynalite leaves out. */
export class Tables {
  constructor(private readonly options: TablesOptions) {}

  /** Brings back the tables of an earlier run, and ends what was under way when it ended. */
  async load(): Promise<void> {
    const { store, operations, streams, timeToLive } = this.options;
    await timeToLive.load();
    for await (const table of store.tableDb.createValueStream({}) as AsyncIterable<Table>) {
      if (table.TableStatus === "DELETING") {
        await operations.perform("DeleteTable", { TableName: table.TableName });
        continue;
      }
      if (table.TableStatus !== "ACTIVE") await saveTable(store, { ...table, TableStatus: "ACTIVE" });
      streams.begin(table);
    }
  }

  /** The operation CreateTable. */
  create(input: JsonObject): Promise<JsonObject> {
    const { Tags } = input;
    return this.#create(this.options.operations.prepare("CreateTable", input), Tags);
  }

  /**
   * Makes an active table of `input`. One that an earlier run has left keeps its items; its stream and time to live
   * follow `input`.
   * @throws AwsError ResourceInUseException when there is one with other keys or indexes
   */
  async ensure(input: JsonObject): Promise<Table> {
    const { store, operations, timeToLive } = this.options;
    const { TimeToLiveSpecification, Tags } = input;
    const data = operations.prepare("CreateTable", structuredClone(input));
    const name = String(data["TableName"]);
    const checked = TimeToLiveSpecification
      ? timeToLive.check({ TableName: name, TimeToLiveSpecification })
      : undefined;
    if (await findTable(store, name)) await this.#adopt(name, data);
    else await this.#create(data, Tags);
    await timeToLive.set(name, checked?.TimeToLiveSpecification);
    return this.#active(name);
  }

  /** The operation UpdateTable; dynalite takes the creation or deletion of an index without carrying it out. */
  async update(input: JsonObject): Promise<JsonObject> {
    const { store, operations } = this.options;
    const data = operations.prepare("UpdateTable", input);
    const indexes = (data["GlobalSecondaryIndexUpdates"] ?? []) as readonly JsonObject[];
    if (indexes.some((update) => update["Create"] ?? update["Delete"])) {
      throw new AwsError(
        "ValidationException",
        "The local cloud cannot add an index to a table or remove one: create the table anew",
      );
    }
    const specification = streamSpecificationOf(data);
    if (!specification) return (await operations.perform("UpdateTable", data)) || {};
    const table = await describeTable(store, String(data["TableName"]));
    refuseStreamChange(table, specification);
    return {
      TableDescription: { ...(await this.#setStream(table, specification)), TableStatus: "UPDATING" },
    };
  }

  /** The operation DeleteTable. */
  async delete(input: JsonObject): Promise<JsonObject> {
    const { operations, streams, timeToLive } = this.options;
    const output = await operations.perform("DeleteTable", operations.prepare("DeleteTable", input));
    const { TableDescription: table } = output as { readonly TableDescription: Table };
    const answer = { TableDescription: structuredClone(table) };
    streams.end(table);
    await timeToLive.set(table.TableName, undefined);
    return answer;
  }

  async #create(data: JsonObject, tags: unknown): Promise<JsonObject> {
    const { account, store, operations, streams } = this.options;
    const name = String(data["TableName"]);
    if (await findTable(store, name)) {
      throw new AwsError("ResourceInUseException", `Table already exists: ${name}`);
    }
    const tagging = Array.isArray(tags) && tags.length > 0;
    const tagInput = tagging
      ? operations.prepare("TagResource", { ResourceArn: tableArn(account, name), Tags: tags })
      : undefined;
    const output = await operations.perform("CreateTable", {
      ...data,
      ...this.#streamMembers(name, streamSpecificationOf(data)),
    });
    const { TableDescription } = output as { readonly TableDescription: Table };
    streams.begin(TableDescription);
    // dynalite goes on to change its object when the table becomes active.
    const answer = { TableDescription: structuredClone(TableDescription) };
    if (tagInput) await operations.perform("TagResource", tagInput);
    return answer;
  }

  async #adopt(name: string, data: JsonObject): Promise<void> {
    const table = await this.#active(name);
    const changes = schemaChanges(table, data as JsonObject & Table);
    if (changes.length > 0) {
      throw new AwsError(
        "ResourceInUseException",
        `The table ${name} of the data folder has other keys or indexes than the program gives it: ` +
          `${changes.join("; ")}. The local cloud cannot change them: start without --data, or remove the folder.`,
      );
    }
    const { StreamSpecification: current } = table;
    const wanted = streamSpecificationOf(data);
    if (current?.StreamViewType !== wanted?.StreamViewType) {
      await this.#setStream(table, wanted ?? { StreamEnabled: false });
    }
  }

  async #setStream(table: Table, specification: StreamSpecification): Promise<Table> {
    const changed = { ...table, ...this.#streamMembers(table.TableName, specification) };
    this.options.streams.end(table);
    await saveTable(this.options.store, changed);
    this.options.streams.begin(changed);
    return changed;
  }

  #streamMembers(name: string, specification: StreamSpecification | undefined): Partial<Table> {
    if (!specification?.StreamEnabled) return { StreamSpecification: undefined };
    const label = new Date(this.options.clock.now()).toISOString().replace("Z", "");
    return {
      StreamSpecification: specification,
      LatestStreamLabel: label,
      LatestStreamArn: `${tableArn(this.options.account, name)}/stream/${label}`,
    };
  }

  /** A table leaves CREATING by a timer of dynalite that is already due. */
  async #active(name: string): Promise<Table> {
    for (;;) {
      const table = await describeTable(this.options.store, name);
      if (table.TableStatus === "ACTIVE") return table;
      await setImmediate();
    }
  }
}

function refuseStreamChange(table: Table, { StreamEnabled }: StreamSpecification): void {
  const { TableName, TableStatus, StreamSpecification } = table;
  if (TableStatus !== "ACTIVE") {
    throw new AwsError(
      "ResourceInUseException",
      `Attempt to change a resource which is still in use: Table is being updated: ${TableName}`,
    );
  }
  if (StreamEnabled && StreamSpecification) {
    throw new AwsError("ValidationException", `Table already has an enabled stream: TableName: ${TableName}`);
  }
  if (!StreamEnabled && !StreamSpecification) {
    throw new AwsError("ValidationException", `Table has no stream to disable: TableName: ${TableName}`);
  }
}
