import type { Account } from "../../../account";
import type { Stateful } from "../../../data/stateful";
import type { Service } from "../../service";
import type { TagSource } from "../../tagging/resources";
import type { OnAttributes } from "../onAttributes";
import { FanOut, type FanOutOptions } from "./fanOut";
import { queryService } from "./queryProtocol";
import { subscribe } from "./subscriptionOperations";
import { checkTopicAttributes, topicOperations } from "./topicOperations";
import { TopicStore, type SavedTopics } from "./topicStore";
import { topicTags } from "./topicTags";

export interface TopicsOptions extends FanOutOptions {
  readonly account: Account;
  readonly onAttributes?: OnAttributes;
}

type Attributes = Readonly<Record<string, string>>;

export interface Topics extends Stateful {
  readonly service: Service;
  /** @throws AwsError as CreateTopic does */
  readonly create: (name: string, attributes: Attributes) => { arn: string };
  /** @throws AwsError as Subscribe does */
  readonly subscribe: (
    topicArn: string,
    protocol: string,
    endpoint: string,
    attributes: Attributes,
  ) => { arn: string };
  readonly tags: TagSource;
}

/** Everything of SNS that outlives a restart. */
interface SavedSns {
  readonly topics: SavedTopics;
  readonly undelivered: ReturnType<FanOut["save"]>;
}

/** Amazon SNS: standard topics, with subscribers in SQS, on this machine's HTTP ports, and by e-mail as a line of the log. */
export function createTopics(options: TopicsOptions): Topics {
  const store = new TopicStore(options.account, options.onAttributes);
  const fanOut = new FanOut(options);
  const operations = topicOperations(store, fanOut, options.account, options.clock);
  return {
    tags: topicTags(store),
    service: {
      ...queryService("http://sns.amazonaws.com/doc/2010-03-31/", operations),
      stop: () => fanOut.stop(),
    },
    create(name, attributes) {
      checkTopicAttributes(Object.keys(attributes));
      return { arn: store.createTopic(name, attributes, {}).arn };
    },
    subscribe(topicArn, protocol, endpoint, attributes) {
      const subscription = subscribe(store, fanOut, { topicArn, protocol, endpoint, attributes });
      store.declare(subscription);
      return { arn: subscription.arn };
    },
    save: (): SavedSns => ({ topics: store.save(), undelivered: fanOut.save() }),
    prepare: (state) => store.prepare((state as SavedSns).topics),
    restore(state) {
      const { topics, undelivered } = state as SavedSns;
      store.restore(topics);
      fanOut.restore(undelivered);
    },
  };
}
