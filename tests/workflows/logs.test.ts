import { match } from "node:assert/strict";
import { sharedRelay, type Relay } from "../helpers/relay";

describe("The log of a function that fails, on the local cloud", () => {
  let relay: Relay;
  before(async function () {
    this.timeout(60_000);
    relay = await sharedRelay();
  });

  it("has the job, the step, the request and the archive, and a stack that leads to the sources", async () => {
    const jobId = await relay.submit("unchecked");
    await relay.jobThatIs("FAILED", jobId);
    const line = await relay.eventually("the error in the log", async () =>
      relay.log.split("\n").find((each) => each.includes("invocation failed") && each.includes(jobId)),
    );
    const facts = JSON.parse(line.slice(line.indexOf("{"))) as Record<string, unknown>;
    const { process, step, requestId, coldStart, archive, error } = facts;
    match(
      [process, step, requestId, typeof coldStart, archive].join(" "),
      /^unchecked sleep [0-9a-f-]{36} boolean [0-9a-f]{16}$/,
    );
    match((error as { stack: string }).stack, /\n {4}at .*functions\/steps\/sleep\.ts:\d+:\d+/);
  });
});
