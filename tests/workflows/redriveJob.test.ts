import { deepEqual, equal, match } from "node:assert/strict";
import { sharedRelay, type JobAnswer, type Relay } from "../helpers/relay";

interface RedrivenJob extends JobAnswer {
  readonly executionArn: string;
  readonly redriveCount?: number;
  readonly steps: Readonly<
    Record<string, { status: string; earlier?: readonly { status: string; answer?: object }[] }>
  >;
}

describe("Redriving a job through the API", () => {
  let relay: Relay;
  before(async function () {
    this.timeout(60_000);
    relay = await sharedRelay();
  });

  const redrive = async (jobId: string) => {
    const response = await relay.call("POST", `/jobs/${jobId}/redrive`);
    return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
  };
  const jobOf = async (jobId: string) => (await relay.job(jobId)) as RedrivenJob;

  /** Two hand-offs, of which the first is answered well and the second not. */
  const failedAtSecond = async () => {
    const jobId = await relay.submit("twice");
    await relay.jobThatIs("WAITING", jobId);
    await relay.drop(`inbound/${jobId}/first/success.json`, '{"kept":1}');
    await relay.eventually("the second hand-off", () => relay.read(`outbound/${jobId}/second/data.json`));
    await relay.drop(`inbound/${jobId}/second/failure.json`, '{"error":"NotYet","cause":"come again"}');
    await relay.jobThatIs("FAILED", jobId);
    return jobId;
  };

  it("resumes at the step that failed, and keeps the answers of those before", async () => {
    const jobId = await failedAtSecond();
    const { executionArn } = await jobOf(jobId);
    const { status, answer } = await redrive(jobId);
    deepEqual(
      [status, answer],
      [202, { jobId, status: "RUNNING", outcome: "redriven", links: { self: `/v1/jobs/${jobId}` } }],
    );
    const waiting = (await relay.jobThatIs("WAITING", jobId)) as RedrivenJob;
    deepEqual(
      [waiting.executionArn, waiting.redriveCount, waiting.error, waiting.steps["second"]?.earlier?.length],
      [executionArn, 1, undefined, 1],
    );
    // The answer that failed it is not taken for a new one.
    await relay.drop(`inbound/${jobId}/second/success.json`, '{"approved":true}');
    const done = await relay.jobThatIs("SUCCEEDED", jobId);
    deepEqual(done.result, { first: { kept: 1 }, second: { approved: true } });
    const events = await relay.notificationsOf(jobId);
    await relay.eventually("both notifications", async () => {
      const now = await relay.notificationsOf(jobId);
      return now.length === 2 ? now : undefined;
    });
    match(events[0]?.type ?? "", /failed$/);
  });

  it("takes the same bad answer again for a new one, if it comes anew", async () => {
    const jobId = await failedAtSecond();
    await redrive(jobId);
    await relay.jobThatIs("WAITING", jobId);
    await relay.drop(`inbound/${jobId}/second/failure.json`, '{"error":"NotYet","cause":"come again"}');
    const failed = (await relay.jobThatIs("FAILED", jobId)) as RedrivenJob;
    deepEqual([failed.error?.code, failed.steps["second"]?.earlier?.length], ["NotYet", 1]);
    equal((await redrive(jobId)).status, 202);
    equal(((await relay.jobThatIs("WAITING", jobId)) as RedrivenJob).redriveCount, 2);
    await relay.call("POST", `/jobs/${jobId}/cancel`);
  });

  it("resumes with the answer that came too late", async () => {
    const jobId = await relay.submit("brief");
    await relay.jobThatIs("TIMED_OUT", jobId);
    await relay.drop(`inbound/${jobId}/success.json`, '{"late":true}');
    await relay.eventually("the late answer", async () =>
      (await relay.job(jobId)).lateAnswers ? true : undefined,
    );
    equal((await redrive(jobId)).status, 202);
    deepEqual((await relay.jobThatIs("SUCCEEDED", jobId)).result, { approval: { late: true } });
  });

  it("begins anew when the workflow is another by now, and says so", async () => {
    const jobId = await relay.submit("unchecked", { seconds: "none" });
    const before = (await relay.jobThatIs("FAILED", jobId)) as RedrivenJob;
    await relay.setRevision(jobId, "before");
    const { status, answer } = await redrive(jobId);
    deepEqual([status, answer["outcome"]], [202, "started anew"]);
    const again = await relay.eventually("the second end", async () => {
      const job = await jobOf(jobId);
      return job.status === "FAILED" ? job : undefined;
    });
    equal(again.executionArn, `${before.executionArn}-r1`);
    equal(again.steps["sleep"]?.earlier?.length, 1);
  });

  it("fetches an output again that could not be had", async () => {
    const jobId = await relay.egressOf("not-there-yet");
    await relay.jobThatIs("FAILED", jobId);
    relay.platform.put("not-there-yet", "now it is", { fileName: "a.txt" });
    deepEqual((await redrive(jobId)).answer["outcome"], "redriven");
    await relay.jobThatIs("SUCCEEDED", jobId);
  });

  it("of a job that has not failed is refused", async () => {
    const jobId = await relay.submit("settlement");
    await relay.jobThatIs("WAITING", jobId);
    const { status, answer } = await redrive(jobId);
    equal(status, 409);
    match(String(answer["detail"]), /^The job is WAITING\. Only a job that FAILED or TIMED_OUT/);
    await relay.call("POST", `/jobs/${jobId}/cancel`);
    equal((await redrive(jobId)).status, 409);
  });

  it("happens once, however many ask at once", async () => {
    const jobId = await failedAtSecond();
    const answers = await Promise.all([redrive(jobId), redrive(jobId), redrive(jobId)]);
    deepEqual(answers.map(({ status }) => status).sort(), [202, 409, 409]);
    equal(((await relay.jobThatIs("WAITING", jobId)) as RedrivenJob).redriveCount, 1);
    await relay.call("POST", `/jobs/${jobId}/cancel`);
  });
});
