import type { Account } from "../../../account";
import type { Service } from "../../service";
import type { TagSource } from "../../tagging/resources";
import type { OnAttributes } from "../onAttributes";
import { FanOut, type FanOutOptions } from "./fanOut";
import { queryService } from "./queryProtocol";
import { subscribe } from "./subscriptionOperations";
import { checkTopicAttributes, topicOperations } from "./topicOperations";
import { TopicStore } from "./topicStore";
import { topicTags } from "./topicTags";

export interface TopicsOptions extends FanOutOptions {
  readonly account: Account;
  readonly onAttributes?: OnAttributes;
}

type Attributes = Readonly<Record<string, string>>;

export interface Topics {
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
      return { arn: subscribe(store, fanOut, { topicArn, protocol, endpoint, attributes }).arn };
    },
  };
}
