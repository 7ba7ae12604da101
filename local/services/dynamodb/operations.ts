import type { JsonObject } from "../jsonProtocol";
import {
  checkInput,
  dynaliteOperations,
  isRefusal,
  type DynaliteOperation,
  type Refusal,
  type Store,
} from "./dynalite";
import type { Item } from "./items";
import { viewStore, type Write } from "./operationView";
import { streamRule, streamSpecificationType } from "./streamSpecification";
import { orderRemovals } from "./updateOrder";

/** Who wrote: absent for a caller of the API, DynamoDB itself for an expired item. */
export interface UserIdentity {
  readonly type: "Service";
  readonly principalId: "dynamodb.amazonaws.com";
}

/** The operations of dynalite, with what it lacks added. */
export interface Operations {
  readonly names: ReadonlySet<string>;
  /**
   * Checks the input of the operation `name`.
   * @throws Refusal when the input breaks a rule
   */
  prepare(name: string, input: JsonObject): JsonObject;
  /**
   * Carries the operation `name` out with what `prepare` returned; the output is empty text where the operation has none.
   * @throws Refusal when the state of a table or item forbids it
   */
  perform(name: string, data: JsonObject, userIdentity?: UserIdentity): Promise<JsonObject | "">;
}

const conditionFailureTypes = {
  ReturnValuesOnConditionCheckFailure: { type: "String", enum: ["ALL_OLD", "NONE"] },
};

/** What AWS takes beside what dynalite knows. */
const addedTypes: Readonly<Record<string, DynaliteOperation["types"]>> = {
  PutItem: conditionFailureTypes,
  UpdateItem: conditionFailureTypes,
  DeleteItem: conditionFailureTypes,
  CreateTable: { StreamSpecification: streamSpecificationType },
  UpdateTable: { StreamSpecification: streamSpecificationType },
};

export function createOperations(
  store: Store,
  onWrite: (write: Write, userIdentity: UserIdentity | undefined) => void,
): Operations {
  const operations = new Map(
    [...dynaliteOperations].map(([name, operation]) => [name, extend(name, operation)]),
  );
  const find = (name: string) => {
    const operation = operations.get(name);
    if (!operation) throw new Error(`no operation ${name}`);
    return operation;
  };
  return {
    names: new Set(operations.keys()),
    prepare(name, input) {
      const data = checkInput(input, find(name), store);
      if (name === "UpdateItem") orderRemovals(data);
      return data;
    },
    perform(name, data, userIdentity) {
      const { act } = find(name);
      return new Promise((resolve, reject) => {
        const view = viewStore(store, (write) => onWrite(write, userIdentity), reject);
        const done: Parameters<typeof act>[2] = (error, output) =>
          error ? reject(withItem(error, data, view.itemRead())) : resolve(output ?? {});
        view.guard(act)(view.store, data, done);
      });
    },
  };
}

function extend(name: string, operation: DynaliteOperation): DynaliteOperation {
  const types = { ...operation.types, ...addedTypes[name] };
  const rule = streamRule[name];
  if (!rule) return { ...operation, types };
  return { ...operation, types, custom: rule(operation.custom) };
}

/** `ReturnValuesOnConditionCheckFailure`: the item that failed the condition goes into the error. */
function withItem(error: Error, data: JsonObject, item: Item | undefined): Error {
  if (!isRefusal(error) || !item || data["ReturnValuesOnConditionCheckFailure"] !== "ALL_OLD") return error;
  if (!String(error.body["__type"]).endsWith("#ConditionalCheckFailedException")) return error;
  const refusal: Refusal = Object.assign(new Error(error.message, { cause: error }), {
    statusCode: error.statusCode,
    body: { ...error.body, Item: item },
  });
  return refusal;
}
