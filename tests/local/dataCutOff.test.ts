import { deepEqual, equal, match } from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { GetExecutionHistoryCommand } from "@aws-sdk/client-sfn";
import { SetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { Relay, type JobAnswer } from "../helpers/relay";

const outputId = "slow-output";

describe("Work that a local cloud with a data folder cuts off when it stops", function () {
  this.timeout(180_000);

  let folder: string;
  let relay: Relay;
  let sleeping: string;
  let fetching: string;
  let log: string;

  /** What has happened in the job's execution since its step began. */
  const stepHistory = async (jobId: string, step: string) => {
    const { executionArn } = (await relay.job(jobId)) as JobAnswer & { executionArn?: string };
    if (executionArn === undefined) return [];
    const { events = [] } = await relay.sfn.send(new GetExecutionHistoryCommand({ executionArn }));
    const first = events.findIndex(({ stateEnteredEventDetails: entered }) => entered?.name === step);
    const last = events.findIndex(({ stateExitedEventDetails: exited }) => exited?.name === step);
    if (first < 0) return [];
    return events.slice(first, last < 0 ? undefined : last + 1).map(({ type }) => type);
  };

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "jobrelay-test-"));
    const dataDirectory = path.join(folder, "data");
    relay = await Relay.start({ dataDirectory, stopGrace: 0 });
    const QueueUrl = await relay.queueUrl("egress");
    await relay.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: "5" } }));
    relay.platformFailures.set(outputId, () => "silent");
    fetching = await relay.egressOf(outputId);
    await relay.eventually(
      "an invocation from SQS is under way",
      async () => relay.platform.requests.some(({ id }) => id === outputId) || undefined,
    );
    sleeping = await relay.submit("sleep", { seconds: 2 });
    await relay.eventually(
      "a task of Step Functions is under way",
      async () => (await stepHistory(sleeping, "sleep")).at(-1) === "LambdaFunctionStarted" || undefined,
    );
    await relay.stop();
    ({ log } = relay);
    relay = await Relay.start({ dataDirectory, outputs: { [outputId]: "late" } });
  });

  after(async () => {
    await relay.stop();
    rmSync(folder, { recursive: true });
  });

  it("is told of", () => match(log, /Work that took longer than 0 s was cut off; it is done again/));

  it("of Step Functions is done again as the same attempt", async () => {
    const { result } = await relay.jobThatIs("SUCCEEDED", sleeping);
    deepEqual(result, { sleep: { slept: 2 } });
    deepEqual(await stepHistory(sleeping, "sleep"), [
      "TaskStateEntered",
      "LambdaFunctionScheduled",
      "LambdaFunctionStarted",
      "LambdaFunctionSucceeded",
      "TaskStateExited",
    ]);
  });

  it("of a Lambda function that a queue feeds is done again when its message is visible again", async () => {
    const { result } = await relay.jobThatIs("SUCCEEDED", fetching);
    const { egress } = result as unknown as { egress: { key: string } };
    equal(await relay.read(egress.key, String(relay.cloud.outputs["egressBucket"])), "late");
    deepEqual(relay.platform.requests, [{ id: outputId, from: 0, authorized: true }]);
  });
});
