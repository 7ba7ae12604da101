import { deepEqual, equal, match } from "node:assert/strict";
import { deploy, invoke, ManualClock, queueArn, startLambda, type RunningLambda } from "../helpers/lambda";
import { stored } from "../helpers/stored";

const Event = { "x-amz-invocation-type": "Event" };
const succeed = 'console.log("done", event.jobId, context.awsRequestId);';
const fail = 'console.log("failed"); throw new Error("no");';
const hang = 'console.log("begun"); await new Promise((resolve) => setTimeout(resolve, 60000));';

describe("A Lambda that is stopped and started", () => {
  const clock = new ManualClock();
  let running: RunningLambda;

  beforeEach(() => {
    running = startLambda(clock);
  });

  afterEach(() => running.lambda.stop());

  /** Goes on with another version of the function, or without it. */
  const restart = async (code: string | undefined) => {
    await running.lambda.stop();
    const state = stored(running.lambda.save());
    running = startLambda(clock);
    if (code !== undefined) await deploy(running, code);
    await running.lambda.restore(state);
  };

  /** Once what would be saved is so. */
  const saved = async (isSo: (state: { asynchronous: { attempts: number }[] }) => boolean) => {
    while (!isSo(running.lambda.save() as { asynchronous: { attempts: number }[] }))
      await new Promise((resolve) => setImmediate(resolve));
  };

  it("does an asynchronous invocation again that was cut off, under its id", async () => {
    await deploy(running, `console.log("id", context.awsRequestId); ${hang}`, { timeoutSeconds: 60 });
    await invoke(running, { jobId: "1" }, Event);
    const [line = ""] = await running.logged(/ id /);
    await running.logged(/begun/);
    await restart(succeed);
    const [done = ""] = await running.logged(/done 1/);
    equal(done.split(" ").at(-1), line.split(" ").at(-1));
    await saved(({ asynchronous }) => asynchronous.length === 0);
  });

  it("makes the retries that are left, each when it is due", async () => {
    await deploy(running, fail);
    await invoke(running, { jobId: "1" }, Event);
    await running.logged(/failed/);
    await saved(({ asynchronous: [event] }) => event?.attempts === 1);
    await restart(fail);
    await clock.pass(60_000);
    await clock.pass(120_000);
    await running.logged(/gave up on event .*: RetriesExhausted/);
    equal(running.lines.filter((line) => line.endsWith(" failed")).length, 2);
  });

  it("says which events are lost because their function is gone", async () => {
    await deploy(running, hang, { timeoutSeconds: 60 });
    await invoke(running, {}, Event);
    await running.logged(/begun/);
    await restart(undefined);
    const [line = ""] = running.lines;
    match(line, /^\[work\] event [0-9a-f-]{36} was lost: the function is gone$/);
  });

  it("leaves messages that were cut off to their queue", async () => {
    await deploy(running, hang);
    running.cloud.receives([
      { MessageId: "1", ReceiptHandle: "r", Body: "{}", MD5OfBody: "99914b932bd37a50b983c5e7c90ae93b" },
    ]);
    await running.lambda.createEventSourceMapping({ functionName: "work", eventSourceArn: queueArn });
    await running.logged(/begun/);
    const { cloud } = running;
    await restart(succeed);
    deepEqual([cloud.of("sqs DeleteMessageBatch"), running.lines], [[], []]);
  });
});
