import type { Account } from "../../../account";
import type { JsonObject } from "../../jsonProtocol";
import { AwsError } from "../../service";
import { createEngineStores, restoreQueue, saveQueue, type SavedQueue } from "./engineStore";
import { allowAllMessageCharacters } from "./messageCharacters";

/** The queues themselves: an operation of SQS with its input, in the terms of AWS JSON. Queues go by name. */
export interface QueueEngine {
  /** @throws AwsError as SQS refuses the operation */
  call(operation: string, queueName: string | undefined, input: JsonObject): Promise<JsonObject>;
  /** Answers calls that wait for messages at once, with none. */
  interruptReceives(): void;
  save(): readonly SavedQueue[];
  restore(queues: readonly SavedQueue[]): void;
  stop(): Promise<void>;
}

/** Queues of the fauxqs package, in memory and without a port. It knows a queue only by the URL that it made up. */
export async function createQueueEngine(account: Account): Promise<QueueEngine> {
  const { buildApp } = await import("fauxqs");
  await allowAllMessageCharacters();
  const stores = await createEngineStores();
  const { sqsStore: store } = stores;
  // The types of the stores are not exported, nor is what is needed of them.
  const app = buildApp({ logger: false, defaultRegion: account.region, stores: stores as never });
  const url = (name: string) => `http://sqs.${account.region}.localhost/${account.accountId}/${name}`;
  return {
    async call(operation, queueName, input) {
      const response = await app.inject({
        method: "POST",
        url: "/",
        headers: {
          host: "localhost",
          "content-type": "application/x-amz-json-1.0",
          "x-amz-target": `AmazonSQS.${operation}`,
        },
        payload: JSON.stringify(queueName === undefined ? input : { ...input, QueueUrl: url(queueName) }),
      });
      const output = response.json<JsonObject>();
      if (response.statusCode >= 400) throw errorOf(response.statusCode, output);
      return output;
    },
    interruptReceives() {
      for (const queue of store.queues.values()) queue.cancelWaiters();
    },
    save: () => [...store.queues.values()].map(saveQueue),
    restore(queues) {
      for (const saved of queues) restoreQueue(store, saved);
    },
    stop: async () => {
      await app.close();
    },
  };
}

function errorOf(status: number, { __type, message }: JsonObject): AwsError {
  const type = typeof __type === "string" ? __type : "InternalFailure";
  const code = type.slice(type.lastIndexOf("#") + 1);
  return new AwsError(code, typeof message === "string" ? message : code, status);
}
