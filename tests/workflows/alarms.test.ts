import { deepEqual } from "node:assert/strict";
import { SubscribeCommand, SNSClient } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import { openAlarm } from "../helpers/cloudWatch";
import { sharedRelay, type Relay } from "../helpers/relay";

describe("An alarm of the stack", () => {
  let relay: Relay;
  let QueueUrl = "";
  before(async function () {
    this.timeout(60_000);
    relay = await sharedRelay();
    QueueUrl = (await relay.sqs.send(new CreateQueueCommand({ QueueName: "operators" }))).QueueUrl ?? "";
    const { Attributes = {} } = await relay.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }),
    );
    const TopicArn = String(relay.cloud.outputs["alarmTopicArn"]);
    const statement = {
      Effect: "Allow",
      Principal: { Service: "sns.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: Attributes["QueueArn"],
      Condition: { ArnEquals: { "aws:SourceArn": TopicArn } },
    };
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    await relay.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
    const sns = new SNSClient(relay.clientConfig);
    const subscription = { TopicArn, Protocol: "sqs", Endpoint: Attributes["QueueArn"] };
    await sns.send(new SubscribeCommand({ ...subscription, Attributes: { RawMessageDelivery: "true" } }));
    sns.destroy();
  });

  it("tells its operators what is wrong, and where to read what to do", async () => {
    await openAlarm(relay, "dead-letters-callbacks");
    // They hear of its end, too, and of that first here.
    const Body = await relay.eventually("a message to the operators", async () => {
      const { Messages: [message] = [] } = await relay.sqs.send(new ReceiveMessageCommand({ QueueUrl }));
      if (!message) return undefined;
      await relay.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
      return message.Body?.includes('"NewStateValue":"ALARM"') ? message.Body : undefined;
    });
    const { AlarmName, NewStateValue, AlarmDescription } = JSON.parse(Body) as Record<string, string>;
    deepEqual(
      [
        AlarmName?.startsWith("dead-letters-callbacks"),
        NewStateValue,
        /docs\/operations\.md/.test(AlarmDescription ?? ""),
      ],
      [true, "ALARM", true],
    );
  });
});
