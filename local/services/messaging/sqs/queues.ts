import type { Account } from "../../../account";
import type { Clock } from "../../../clock";
import type { Stateful } from "../../../data/stateful";
import type { Gate } from "../../../gate";
import { jsonService, type JsonObject } from "../../jsonProtocol";
import { AwsError, type Service } from "../../service";
import type { TagSource } from "../../tagging/resources";
import type { OnAttributes } from "../onAttributes";
import { QueueAddresses } from "./queueAddress";
import { createQueueEngine } from "./queueEngine";
import { renderQueueError } from "./queueErrors";
import { QueueOperations, type SavedQueues } from "./queueOperations";
import { queueTags } from "./queueTags";

export interface QueuesOptions {
  readonly account: Account;
  readonly clock: Clock;
  readonly endpointUrl: () => string;
  readonly onAttributes?: OnAttributes;
  /** Passed between the batches of a move. @default open */
  readonly gate?: Gate;
}

export interface Queues extends Stateful {
  /** Answers calls that wait for messages at once, with none. */
  readonly interruptReceives: () => void;
  readonly service: Service;
  /** @throws AwsError as CreateQueue does */
  readonly create: (
    name: string,
    attributes: Readonly<Record<string, string>>,
  ) => Promise<{ url: string; arn: string }>;
  readonly tags: TagSource;
}

/** Amazon SQS: AWS JSON 1.0, every queue at `<endpoint>/<account>/<name>`. */
export async function createQueues({
  account,
  clock,
  endpointUrl,
  onAttributes,
  gate,
}: QueuesOptions): Promise<Queues> {
  const engine = await createQueueEngine(account);
  const addresses = new QueueAddresses(account, endpointUrl);
  const operations = new QueueOperations(engine, addresses, clock, onAttributes, gate);
  const base = jsonService({ targetPrefix: "AmazonSQS", version: "1.0", operations: operations.table() });
  const service: Service = {
    ...base,
    renderError: renderQueueError,
    async handle(request) {
      const response = await base.handle(request);
      return response.status < 400 ? response : renderQueueError(errorIn(response.body, response.status));
    },
    async stop() {
      await operations.stop();
      await engine.stop();
    },
  };
  return {
    service,
    tags: queueTags(engine, addresses),
    interruptReceives: () => engine.interruptReceives(),
    save: () => operations.save(),
    restore: (state) => operations.restore(state as SavedQueues),
    async create(name, attributes) {
      await operations.createQueue({ QueueName: name, Attributes: attributes });
      return { url: addresses.url(name), arn: addresses.arn(name) };
    },
  };
}

function errorIn(body: Buffer | string, status: number): AwsError {
  const { __type, message } = JSON.parse(body.toString()) as JsonObject;
  return new AwsError(String(__type), String(message), status);
}
