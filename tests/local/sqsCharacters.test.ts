import { deepEqual, rejects } from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { MessagingHarness } from "../helpers/messaging";

describe("A message to the local SQS", () => {
  let harness: MessagingHarness;
  let client: SQSClient;
  let QueueUrl: string;
  beforeEach(async () => {
    harness = await MessagingHarness.start();
    await harness.listen();
    client = harness.sqs();
    QueueUrl = (await harness.messaging.createQueue("jobs", {})).url;
  });
  afterEach(() => harness.stop());

  const MessageBody = "😀 \u{10000}\u{10FFFF}\t\r\n\uE000\uFFFD";
  const MessageAttributes = { mood: { DataType: "String", StringValue: "🎉" } };
  const digest = createHash("md5").update(MessageBody).digest("hex");

  /** The SDK checks the digests of what it receives. */
  const receive = async () => {
    const input = { QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ["All"] };
    const { Messages = [] } = await client.send(new ReceiveMessageCommand(input));
    return Messages.map(({ Body, MD5OfBody, MessageAttributes }) => ({ Body, MD5OfBody, MessageAttributes }));
  };
  const received = { Body: MessageBody, MD5OfBody: digest, MessageAttributes };

  it("may have characters above U+FFFF, in its body and its attributes", async () => {
    const sent = await client.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes }));
    deepEqual([sent.MD5OfMessageBody, await receive()], [digest, [received]]);
  });

  it("may have them in a batch, where other messages are refused for theirs", async () => {
    const Entries = [
      { Id: "good", MessageBody, MessageAttributes },
      { Id: "bad", MessageBody: "😀\u0001" },
    ];
    const { Successful, Failed } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    deepEqual(
      [Successful?.map(({ Id }) => Id), Failed?.map(({ Id, Code }) => [Id, Code]), await receive()],
      [["good"], [["bad", "InvalidMessageContents"]], [received]],
    );
  });

  for (const body of ["a\u0000", "\u001b", "\uFFFE", "\uFFFF"]) {
    it(`may not have U+${body.charCodeAt(body.length - 1).toString(16)}`, async () => {
      const command = new SendMessageCommand({ QueueUrl, MessageBody: body });
      await rejects(client.send(command), { name: "InvalidMessageContents" });
    });
  }
});
