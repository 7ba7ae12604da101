import type { Account } from "../../account";
import type { Clock } from "../../clock";
import type { Log } from "../../log";
import type { Stateful } from "../../data/stateful";
import type { Gate } from "../../gate";
import type { Dispatch } from "../internalClient";
import { createBuckets, type Buckets } from "../s3/buckets";
import type { Service } from "../service";
import type { TagSource } from "../tagging/resources";
import type { OnAttributes } from "./onAttributes";
import { createTopics, type Topics } from "./sns/topics";
import { createQueues, type Queues } from "./sqs/queues";

export interface MessagingOptions {
  readonly account: Account;
  readonly clock: Clock;
  readonly log: Log;
  readonly dispatch: Dispatch;
  /** For example `http://127.0.0.1:4566`; SDKs send to the URL of a queue. */
  readonly endpointUrl: () => string;
  readonly onAttributes?: OnAttributes;
  /** Passed by work that nobody waits for. @default open */
  readonly gate?: Gate;
}

/** The services that pass data on: queues, topics, and buckets with their notifications. */
export interface Messaging extends Stateful {
  readonly sqs: Service;
  readonly sns: Service;
  readonly s3: Service;
  readonly createQueue: Queues["create"];
  readonly createTopic: Topics["create"];
  readonly subscribe: Topics["subscribe"];
  readonly createBucket: Buckets["create"];
  readonly setVersioning: Buckets["setVersioning"];
  readonly setNotifications: Buckets["setNotifications"];
  /** The tags of what there is, by service. */
  readonly tags: Readonly<Record<"s3" | "sns" | "sqs", TagSource>>;
  /** Answers calls that wait for messages at once, with none. */
  readonly interruptReceives: Queues["interruptReceives"];
  /** Stops sending, and waits until what is under way has ended. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

type Saved = Readonly<Record<"queues" | "topics" | "buckets", unknown>>;

export async function createMessaging(options: MessagingOptions): Promise<Messaging> {
  const queues = await createQueues(options);
  const topics = createTopics(options);
  const buckets = createBuckets(options);
  const services = [buckets.service, topics.service, queues.service];
  return {
    sqs: queues.service,
    sns: topics.service,
    s3: buckets.service,
    createQueue: queues.create,
    createTopic: topics.create,
    subscribe: topics.subscribe,
    createBucket: buckets.create,
    setVersioning: buckets.setVersioning,
    setNotifications: buckets.setNotifications,
    tags: { s3: buckets.tags, sns: topics.tags, sqs: queues.tags },
    interruptReceives: queues.interruptReceives,
    save: (): Saved => ({ queues: queues.save(), topics: topics.save(), buckets: buckets.save() }),
    prepare: (state) => topics.prepare?.((state as Saved).topics),
    async restore(state) {
      const saved = state as Saved;
      await queues.restore(saved.queues);
      await topics.restore(saved.topics);
      await buckets.restore(saved.buckets);
    },
    async settle() {
      for (const service of [buckets.service, topics.service]) await service.stop?.();
    },
    async stop() {
      for (const service of services) await service.stop?.();
    },
  };
}
