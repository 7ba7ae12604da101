import { deepEqual, equal } from "node:assert/strict";
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { marshall } from "@aws-sdk/util-dynamodb";
import { systemClock, type Clock } from "../../local/clock";
import { BrokenLinks, costedJob } from "../helpers/brokenLinks";
import { aJob } from "../helpers/jobs";
import { putTagGroup, resourcesOf, tagAs, tagsOf } from "../helpers/tagGroups";
import { signedInvoke } from "../helpers/signedInvoke";
import { Relay } from "../helpers/relay";

/** Time as it is, but waits are a tenth as long: the retries of Lambda take minutes. */
const impatientClock: Clock = {
  now: () => systemClock.now(),
  after: (milliseconds, callback) => systemClock.after(milliseconds / 10, callback),
};

/** The functions that are called without anyone waiting for the answer. */
const asynchronous = [
  "record-executions",
  "record-batch-jobs",
  "start-alarm-jobs",
  "replay-jobs",
  "build-tags",
  "reconcile-jobs",
];
/** What none of them can handle; the last would take an event that is not replayed for none of its business. */
const unusable = { "replay-name": "r", detail: null, group: "no such group" };

describe("What can never be handled", () => {
  let relay: Relay;
  let table: DynamoDBClient;
  before(async function () {
    this.timeout(60_000);
    relay = await Relay.start({ clock: impatientClock, reconcileMinutes: 1, tagsEvery: "1m" });
    table = new DynamoDBClient(relay.clientConfig);
    // First, for its retries take longest: one and two minutes, as waits go here 18 seconds.
    for (const name of asynchronous) {
      equal(await signedInvoke(relay, name, unusable), 202);
    }
  });
  after(async () => {
    table.destroy();
    await relay.stop();
  });

  const put = (facts: Parameters<typeof aJob>[0]) =>
    table.send(
      new PutItemCommand({
        TableName: String(relay.cloud.outputs["jobsTable"]),
        Item: marshall(aJob(facts), { removeUndefinedValues: true }),
      }),
    );

  /** The first message of the program's queue of that name, once it has one. */
  const firstIn = async (queue: string) => {
    const QueueUrl = await relay.queueUrl(queue);
    return relay.eventually(`a message in ${queue}`, async () => {
      const { Messages = [] } = await relay.sqs.send(new ReceiveMessageCommand({ QueueUrl }));
      const [message] = Messages;
      return message && (JSON.parse(message.Body ?? "") as Record<string, Record<string, unknown>>);
    });
  };

  it("is set aside after its retries: a job whose id can name no execution", async () => {
    await put({ jobId: "no execution can be named so: <>", process: "sleep", parameters: '{"seconds":1}' });
    const after = relay.submit("sleep", { seconds: 1 });
    const record = await firstIn("jobs-stream-failures");
    equal(record["requestContext"]?.["condition"], "RetryAttemptsExhausted");
    // The shard was held up, but not for good.
    await relay.jobThatIs("SUCCEEDED", await after);
  }).timeout(30_000);

  it("is set aside after its retries: a notification that SNS does not take", async () => {
    const oversized = { jobId: "oversized", requestedBy: "x".repeat(300_000) };
    await put({ ...oversized, status: "RUNNING" });
    await put({ ...oversized, status: "FAILED" });
    const jobId = await relay.submit("sleep", { seconds: 1 });
    equal((await relay.notificationsOf(jobId)).length, 1);
  }).timeout(30_000);

  it("does not keep tags from being built on their schedule", async () => {
    await putTagGroup(relay, { groupKey: "TagGroup", groupValue: "scheduled", tags: { Built: "yes" } });
    const [arn = ""] = await resourcesOf(relay, ["states"]);
    await tagAs(relay, [arn], "scheduled");
    await relay.eventually("tags", async () => (await tagsOf(relay, [arn]))[arn]?.["Built"]);
  }).timeout(30_000);

  it("is not a job whose record was lost: the schedule has it started", async () => {
    const links = new BrokenLinks(relay);
    const jobId = await links.unstarted(costedJob);
    links.close();
    await relay.jobThatIs("SUCCEEDED", jobId);
  }).timeout(30_000);

  it("is set aside after its retries: an event that is none", async () => {
    for (const name of asynchronous) {
      const { requestContext } = await firstIn(`${name}-failures`);
      deepEqual(
        [requestContext?.["condition"], requestContext?.["approximateInvokeCount"]],
        ["RetriesExhausted", 3],
      );
    }
  }).timeout(60_000);
});
