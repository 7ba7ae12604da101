import { engineModule } from "./engineModules";

/** A queue of fauxqs, as far as its state is saved. */
export interface EngineQueue {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  readonly tags: Map<string, string>;
  attributes: Record<string, string>;
  createdTimestamp: number;
  lastModifiedTimestamp: number;
  messages: object[];
  delayedMessages: object[];
  /** By receipt handle. */
  inflightMessages: Map<string, object>;
  /** By message group. */
  fifoMessages: Map<string, object[]>;
  fifoDelayed: Map<string, object[]>;
  fifoLockedGroups: Map<string, number>;
  sequenceCounter: number;
  readonly deduplicationCache: DeduplicationCache;
  cancelWaiters(): void;
}

/** What was sent in the last five minutes. */
interface DeduplicationCache {
  readonly items: Map<string, { readonly value: object; expiry: number }>;
  set(key: string, value: object): void;
}

/** The queues of fauxqs. */
export interface EngineStore {
  readonly queues: ReadonlyMap<string, EngineQueue>;
  getQueueByName(name: string): EngineQueue | undefined;
  createQueue(name: string, url: string, arn: string, attributes: object): EngineQueue;
}

/** What is saved of a queue. */
export type SavedQueue = Omit<EngineQueue, "deduplicationCache" | "cancelWaiters"> & {
  readonly sent: readonly { readonly id: string; readonly value: object; readonly expiry: number }[];
};

/** The stores that an app of fauxqs works on. */
export async function createEngineStores() {
  const create = async (file: string, name: string) =>
    new (await engineModule<new () => unknown>(file, name))();
  return {
    sqsStore: (await create("sqs/sqsStore.js", "SqsStore")) as EngineStore,
    snsStore: await create("sns/snsStore.js", "SnsStore"),
    s3Store: await create("s3/s3Store.js", "S3Store"),
  };
}

export function saveQueue(queue: EngineQueue): SavedQueue {
  const { name, url, arn, tags, attributes, createdTimestamp, lastModifiedTimestamp, sequenceCounter } =
    queue;
  const { messages, delayedMessages, inflightMessages, fifoMessages, fifoDelayed, fifoLockedGroups } = queue;
  const sent = [...queue.deduplicationCache.items].map(([id, { value, expiry }]) => ({ id, value, expiry }));
  return {
    ...{ name, url, arn, tags, attributes, createdTimestamp, lastModifiedTimestamp, sequenceCounter, sent },
    ...{ messages, delayedMessages, inflightMessages, fifoMessages, fifoDelayed, fifoLockedGroups },
  };
}

/** Gives a queue its messages back, before those that it has got already; one that is not there is made. */
export function restoreQueue(store: EngineStore, saved: SavedQueue): void {
  const { name, url, arn, tags, attributes } = saved;
  const queue = store.getQueueByName(name) ?? store.createQueue(name, url, arn, attributes);
  const { createdTimestamp, inflightMessages, fifoLockedGroups } = saved;
  Object.assign(queue, { createdTimestamp, inflightMessages, fifoLockedGroups });
  queue.sequenceCounter = Math.max(saved.sequenceCounter, queue.sequenceCounter);
  queue.messages = [...saved.messages, ...queue.messages];
  queue.delayedMessages = [...saved.delayedMessages, ...queue.delayedMessages];
  queue.fifoMessages = joinGroups(saved.fifoMessages, queue.fifoMessages);
  queue.fifoDelayed = joinGroups(saved.fifoDelayed, queue.fifoDelayed);
  for (const [key, value] of tags) queue.tags.set(key, value);
  for (const { id, value, expiry } of saved.sent) {
    queue.deduplicationCache.set(id, value);
    const item = queue.deduplicationCache.items.get(id);
    if (item) item.expiry = expiry;
  }
}

type Groups = ReadonlyMap<string, readonly object[]>;

function joinGroups(earlier: Groups, later: Groups): Map<string, object[]> {
  const groups = [...new Set([...earlier.keys(), ...later.keys()])];
  return new Map(
    groups.map((group) => [group, [...(earlier.get(group) ?? []), ...(later.get(group) ?? [])]]),
  );
}
