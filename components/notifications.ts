import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { notifyJobs } from "../functions/notifyJobs";
import type { Foundation } from "./foundation";
import { InlineFunction } from "./inlineFunction";
import { inlineHandler } from "./inlineHandler";
import { JobEvents } from "./jobEvents";
import type { JobStore } from "./jobStore";
import { denyPlainText, resourcePolicy } from "./policy";
import type { StackSettings } from "./stackSettings";
import type { WorkQueue } from "./workQueue";

export interface NotificationsArgs {
  readonly jobs: JobStore;
  readonly foundation: Foundation;
}

/** Tells everyone how each job ended: one message on a topic, with attributes to filter by, and one event on a bus. */
export class Notifications extends pulumi.ComponentResource {
  readonly topicArn: pulumi.Output<string>;
  readonly events: JobEvents;

  constructor(
    private readonly label: string,
    { jobs, foundation }: NotificationsArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("jobrelay:Notifications", label, {}, opts);
    const topic = new aws.sns.Topic(label, { kmsMasterKeyId: foundation.key.arn }, { parent: this });
    createTopicPolicy(label, topic, this);
    createSubscriptions(topic, foundation.settings, this);
    this.events = new JobEvents("job-events", foundation, { parent: this });
    const notifier = new InlineFunction(
      "notify-jobs",
      {
        handler: inlineHandler(notifyJobs, {
          topicArn: topic.arn,
          busArn: this.events.busArn,
          // An output, so that the code is the same in every stack.
          metricsStack: pulumi.output(foundation.settings.monitoring === "none" ? "" : pulumi.getStack()),
        }),
        statements: [
          { sid: "Publish", actions: ["sns:Publish"], resources: [topic.arn] },
          this.events.allowPut(),
        ],
        foundation,
      },
      { parent: this },
    );
    jobs.consumeBy("notifier", notifier, endedJobs);
    this.topicArn = topic.arn;
    this.registerOutputs({ topicArn: this.topicArn });
  }

  /**
   * Puts notifications on a queue, as they are, whose policy lets the topic write.
   * @param filter the values that each of the attributes may have
   */
  deliverTo(queue: WorkQueue, filter: Readonly<Record<string, readonly string[]>>): void {
    new aws.sns.TopicSubscription(
      `${this.label}-to-queue`,
      {
        topic: this.topicArn,
        protocol: "sqs",
        endpoint: queue.arn,
        rawMessageDelivery: true,
        filterPolicy: JSON.stringify(filter),
      },
      { parent: this, dependsOn: [queue.policy] },
    );
  }
}

/** Changes from an open status to a terminal one: a job that has ended can still change, by a late answer. */
const endedJobs = {
  eventName: ["MODIFY"],
  dynamodb: {
    NewImage: { status: { S: ["SUCCEEDED", "FAILED", "TIMED_OUT", "CANCELLED"] } },
    OldImage: { status: { S: ["SUBMITTED", "RUNNING", "WAITING"] } },
  },
};

function createTopicPolicy(name: string, topic: aws.sns.Topic, parent: pulumi.Resource): void {
  const policy = resourcePolicy([denyPlainText(["sns:Publish"], [topic.arn])]);
  new aws.sns.TopicPolicy(`${name}-policy`, { arn: topic.arn, policy }, { parent });
}

/** Named after the endpoint, so that adding one changes no other. */
function createSubscriptions(topic: aws.sns.Topic, settings: StackSettings, parent: pulumi.Resource): void {
  const subscribe = (protocol: string, endpoint: string) =>
    new aws.sns.TopicSubscription(`notify-${endpoint}`, { topic: topic.arn, protocol, endpoint }, { parent });
  for (const email of settings.notifyEmails) subscribe("email", email);
  for (const url of settings.notifyUrls) subscribe("https", url);
}
