import { deepEqual, equal } from "node:assert/strict";
import { SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { jsonApi } from "../../cli/deadletters/jsonApi";
import { adapters } from "../../local/resources/registry";
import { cloudHost } from "../../local/runtime/cloudHost";
import { runProgram } from "../../local/runtime/program";
import { policy, startTestCloud, type TestCloud } from "../helpers/cloud";
import { monitoringAlarms, monitoringProgram } from "../helpers/monitoringProgram";

process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

describe("Monitoring on the local cloud", () => {
  let cloud: TestCloud;
  let outputs: Record<string, unknown>;
  before(async () => {
    cloud = await startTestCloud();
    const values = { "jobrelay:monitoring": "all", "jobrelay:workflows": '["settlement"]' };
    const config = { project: "jobrelay", stack: "test", values };
    outputs = await runProgram(monitoringProgram, config, cloudHost(cloud, adapters, config));
  });
  after(() => cloud.stop());

  const cloudWatch = () => {
    const { endpoint: url, ...settings } = cloud.settings();
    return jsonApi({
      ...settings,
      url,
      signingName: "monitoring",
      targetPrefix: "GraniteServiceVersion20100801",
    });
  };
  const alarmNames = async () => {
    const { MetricAlarms } = await cloudWatch().call("DescribeAlarms", {});
    return (MetricAlarms as { AlarmName: string }[]).map(({ AlarmName }) => AlarmName);
  };

  it("has the alarms on one metric; those on sums have no effect there", async () => {
    deepEqual(
      (await alarmNames()).map((name) => name.replace(/-[0-9a-f]{7}$/, "")).sort(),
      monitoringAlarms.filter((name) => !/^(workflow|function)/.test(name)).sort(),
    );
  });

  it("tells the operators when there is a dead letter, once the key lets CloudWatch use it", async () => {
    const keyArn = String(outputs["keyArn"]);
    const { Statement, ...rest } = JSON.parse(
      cloud.access.resourcePolicies.documents().get(keyArn) ?? "",
    ) as {
      Statement: object[];
    };
    const alarmsNotify = {
      Sid: "AlarmsNotify",
      Effect: "Allow",
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Resource: "*",
      Condition: { StringEquals: { "aws:SourceAccount": cloud.account.accountId } },
    };
    cloud.access.resourcePolicies.put(
      keyArn,
      JSON.stringify({ ...rest, Statement: [...Statement, alarmsNotify] }),
    );
    const [sqs, sns] = [new SQSClient(cloud.settings()), new SNSClient(cloud.settings())];
    try {
      const inbox = await subscribe(sqs, sns);
      const AlarmName = (await alarmNames()).find((name) => name.startsWith("dead-letters-callbacks"));
      const state = { AlarmName, StateValue: "ALARM", StateReason: "a dead letter" };
      await cloudWatch().call("SetAlarmState", state);
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: inbox, WaitTimeSeconds: 10 }),
      );
      const message = JSON.parse(Messages[0]?.Body ?? "null") as Record<string, string>;
      deepEqual(
        [message["NewStateValue"], message["NewStateReason"]],
        ["ALARM", "a dead letter"],
        cloud.lines.join("\n"),
      );
      equal(message["AlarmDescription"]?.endsWith("docs/operations.md#dead-letters"), true);
    } finally {
      sqs.destroy();
      sns.destroy();
    }
  });

  /** A queue that the alarms' topic delivers to. */
  const subscribe = async (sqs: SQSClient, sns: SNSClient) => {
    const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: "operators" }));
    const { accountId, region } = cloud.account;
    const queueArn = `arn:aws:sqs:${region}:${accountId}:operators`;
    const TopicArn = String(outputs["alarmTopicArn"]);
    const allowTopic = {
      Effect: "Allow",
      Principal: { Service: "sns.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: queueArn,
      Condition: { ArnEquals: { "aws:SourceArn": TopicArn } },
    };
    cloud.access.resourcePolicies.put(queueArn, policy([allowTopic]));
    const Attributes = { RawMessageDelivery: "true" };
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: queueArn, Attributes }));
    return QueueUrl;
  };
});
