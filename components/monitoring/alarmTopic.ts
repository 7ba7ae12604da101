import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Foundation } from "../foundation";
import { denyPlainText, resourcePolicy } from "../policy";

export interface AlarmTopic {
  readonly arn: pulumi.Output<string>;
  /** Depend on it: until then alarms may not publish. */
  readonly policy: aws.sns.TopicPolicy;
}

/** Where alarms are told: a topic of the operators, encrypted with the stack's key, to which only its alarms publish. */
export function createAlarmTopic(
  name: string,
  emails: readonly string[],
  { key }: Foundation,
  parent: pulumi.Resource,
): AlarmTopic {
  const topic = new aws.sns.Topic(name, { kmsMasterKeyId: key.arn }, { parent });
  const policy = new aws.sns.TopicPolicy(
    `${name}-policy`,
    { arn: topic.arn, policy: topicPolicy(topic.arn) },
    { parent },
  );
  for (const endpoint of emails) {
    new aws.sns.TopicSubscription(
      `${name}-${endpoint}`,
      { topic: topic.arn, protocol: "email", endpoint },
      { parent },
    );
  }
  return { arn: topic.arn, policy };
}

/** Source: https://repost.aws/knowledge-center/cloudwatch-receive-sns-for-alarm-trigger */
function topicPolicy(topicArn: pulumi.Output<string>): pulumi.Output<string> {
  const { partition } = aws.getPartitionOutput();
  const { region } = aws.getRegionOutput();
  const { accountId } = aws.getCallerIdentityOutput();
  return resourcePolicy([
    {
      sid: "AlarmsPublish",
      principal: { Service: "cloudwatch.amazonaws.com" },
      actions: ["sns:Publish"],
      resources: [topicArn],
      conditions: {
        StringEquals: { "aws:SourceAccount": accountId },
        ArnLike: {
          "aws:SourceArn": pulumi.interpolate`arn:${partition}:cloudwatch:${region}:${accountId}:alarm:*`,
        },
      },
    },
    denyPlainText(["sns:Publish"], [topicArn]),
  ]);
}
