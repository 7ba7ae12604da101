import { randomUUID } from "node:crypto";
import type { Account } from "../../../account";
import type { OnAttributes } from "../onAttributes";
import { invalidParameter, notFound } from "./topicErrors";

export type Protocol = "sqs" | "http" | "https" | "email";

export interface Topic {
  readonly arn: string;
  readonly attributes: Map<string, string>;
  readonly tags: Map<string, string>;
}

export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: Protocol;
  readonly endpoint: string;
  readonly attributes: Map<string, string>;
  /** What the endpoint must present to confirm; undefined once it has. */
  token: string | undefined;
}

type Attributes = Readonly<Record<string, string>>;

/** Topics and subscriptions as they are saved. */
export interface SavedTopics {
  readonly topics: readonly Topic[];
  readonly subscriptions: readonly Subscription[];
  /** The ARNs of subscriptions that the program made. */
  readonly declared: ReadonlySet<string>;
}

/** The topics of the account and who subscribes to them. */
export class TopicStore {
  readonly #topics = new Map<string, Topic>();
  readonly #subscriptions = new Map<string, Subscription>();
  /** The ARNs of the program's own. */
  readonly #declared = new Set<string>();
  /** Of an earlier run, until they are restored. */
  #earlier: readonly Subscription[] = [];

  constructor(
    private readonly account: Account,
    private readonly onAttributes: OnAttributes = () => undefined,
  ) {}

  arn(name: string): string {
    return `arn:${this.account.partition}:sns:${this.account.region}:${this.account.accountId}:${name}`;
  }

  save(): SavedTopics {
    return { topics: this.topics(), subscriptions: this.subscriptions(), declared: this.#declared };
  }

  /** Subscriptions that are made again get their ARNs back, and are confirmed if they were. */
  prepare({ subscriptions }: SavedTopics): void {
    this.#earlier = subscriptions;
  }

  /** Topics that are gone come back, and what people subscribed; not what the program no longer subscribes. */
  restore({ topics, subscriptions, declared }: SavedTopics): void {
    this.#earlier = [];
    for (const topic of topics) {
      if (this.#topics.has(topic.arn)) continue;
      this.#topics.set(topic.arn, topic);
      this.onAttributes(topic.arn, Object.fromEntries(topic.attributes));
    }
    for (const subscription of subscriptions) {
      if (declared.has(subscription.arn) || this.#subscriptions.has(subscription.arn)) continue;
      this.#subscriptions.set(subscription.arn, subscription);
    }
  }

  /** Notes that the program made a subscription. */
  declare({ arn }: Subscription): void {
    this.#declared.add(arn);
  }

  /** @throws AwsError NotFound */
  setAttribute(topicArn: string | undefined, name: string, value: string): void {
    const topic = this.topic(topicArn);
    topic.attributes.set(name, value);
    this.onAttributes(topic.arn, { [name]: value });
  }

  /** Returns the topic of that name if there is one with the same attributes. */
  createTopic(name: string, attributes: Attributes, tags: Attributes): Topic {
    if (!/^[A-Za-z0-9_-]{1,256}$/.test(name)) throw invalidParameter("Topic Name");
    const arn = this.arn(name);
    const existing = this.#topics.get(arn);
    if (existing && !hasAll(existing.attributes, attributes)) {
      throw invalidParameter("Attributes Reason: Topic already exists with different attributes");
    }
    if (existing && !hasAll(existing.tags, tags)) {
      throw invalidParameter("Tags Reason: Topic already exists with different tags");
    }
    const topic = existing ?? {
      arn,
      attributes: new Map(Object.entries(attributes)),
      tags: new Map(Object.entries(tags)),
    };
    this.#topics.set(arn, topic);
    this.onAttributes(arn, attributes);
    return topic;
  }

  deleteTopic(arn: string): void {
    this.#topics.delete(arn);
    for (const subscription of this.subscriptionsOf(arn)) this.#subscriptions.delete(subscription.arn);
  }

  topics(): Topic[] {
    return [...this.#topics.values()];
  }

  /** @throws AwsError `NotFound` */
  topic(arn: string | undefined): Topic {
    if (arn === undefined) throw invalidParameter("TopicArn Reason: no value for required parameter");
    const topic = this.#topics.get(arn);
    if (!topic) throw notFound("Topic");
    return topic;
  }

  /** Returns the subscription of that endpoint if there is one with the same attributes. */
  subscribe(topic: Topic, protocol: Protocol, endpoint: string, attributes: Attributes): Subscription {
    const existing = this.subscriptionsOf(topic.arn).find(
      (each) => each.protocol === protocol && each.endpoint === endpoint,
    );
    if (existing && !hasAll(existing.attributes, attributes)) {
      throw invalidParameter("Attributes Reason: Subscription already exists with different attributes");
    }
    if (existing) return existing;
    const earlier = this.#earlier.find(
      (each) => each.topicArn === topic.arn && each.protocol === protocol && each.endpoint === endpoint,
    );
    const token = protocol === "sqs" || protocol === "email" ? undefined : randomUUID().replaceAll("-", "");
    const subscription: Subscription = {
      arn: earlier?.arn ?? `${topic.arn}:${randomUUID()}`,
      topicArn: topic.arn,
      protocol,
      endpoint,
      attributes: new Map(Object.entries(attributes)),
      token: earlier ? earlier.token : token,
    };
    this.#subscriptions.set(subscription.arn, subscription);
    return subscription;
  }

  unsubscribe(arn: string): void {
    this.#subscriptions.delete(arn);
  }

  subscriptions(): Subscription[] {
    return [...this.#subscriptions.values()];
  }

  subscriptionsOf(topicArn: string): Subscription[] {
    return this.subscriptions().filter((subscription) => subscription.topicArn === topicArn);
  }

  /** @throws AwsError `NotFound` */
  subscription(arn: string | undefined): Subscription {
    const subscription = arn === undefined ? undefined : this.#subscriptions.get(arn);
    if (!subscription) throw notFound("Subscription");
    return subscription;
  }
}

function hasAll(have: ReadonlyMap<string, string>, wanted: Attributes): boolean {
  return Object.entries(wanted).every(([name, value]) => have.get(name) === value);
}
