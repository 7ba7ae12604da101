import { deepEqual, equal, match } from "node:assert/strict";
import { sharedRelay, type Relay } from "../helpers/relay";

describe("A job with a hand-off, from request to notification", () => {
  let relay: Relay;
  before(async function () {
    this.timeout(60_000);
    relay = await sharedRelay();
  });

  const waiting = async (process: string, parameters: object = {}) => {
    const jobId = await relay.submit(process, parameters);
    await relay.jobThatIs("WAITING", jobId);
    return jobId;
  };

  it("hands over what the other side needs, and keeps the token out of the answer", async () => {
    const jobId = await waiting("settlement", { amount: 1 });
    await relay.eventually("data.json", async () => relay.read(`outbound/${jobId}/data.json`));
    deepEqual(await relay.keysUnder(`outbound/${jobId}/`), [
      `outbound/${jobId}/data.json`,
      `outbound/${jobId}/task_token.txt`,
    ]);
    const data = JSON.parse(await relay.readAsPartner(`outbound/${jobId}/data.json`)) as Record<
      string,
      unknown
    >;
    const token = await relay.readAsPartner(`outbound/${jobId}/task_token.txt`);
    deepEqual(Object.keys(data), [
      "jobId",
      "process",
      "step",
      "client",
      "parameters",
      "results",
      "deadline",
      "inbound",
    ]);
    deepEqual(data["inbound"], `s3://${relay.bucket}/inbound/${jobId}/`);
    equal(token.length > 0, true);
    equal(JSON.stringify(await relay.job(jobId)).includes(token), false);
  });

  it("succeeds with what success.json says, and everyone is told once", async () => {
    const jobId = await waiting("settlement", { amount: 2 });
    await relay.drop(`inbound/${jobId}/success.json`, '{"approved":true}');
    const job = await relay.jobThatIs("SUCCEEDED", jobId);
    const { generatePayload, approval } = job.result as Record<string, { amount?: number; info?: object }>;
    deepEqual([generatePayload?.amount, approval], [2, { approved: true }]);
    equal("error" in job, false);
    const events = await relay.notificationsOf(jobId);
    deepEqual(
      events.map(({ type, subject }) => [type, subject]),
      [["jobrelay.job.succeeded", jobId]],
    );
  });

  it("is not confused by another that is answered first", async () => {
    const [one, two] = await Promise.all([waiting("settlement"), waiting("settlement")]);
    await relay.drop(`inbound/${two}/success.json`, '{"for":"two"}');
    await relay.jobThatIs("SUCCEEDED", two);
    equal((await relay.job(one)).status, "WAITING");
    await relay.drop(`inbound/${one}/success.json`, '{"for":"one"}');
    const jobs = [await relay.jobThatIs("SUCCEEDED", one), await relay.job(two)];
    deepEqual(
      jobs.map(({ result }) => (result as { approval: unknown }).approval),
      [{ for: "one" }, { for: "two" }],
    );
  });

  it("fails with what failure.json says", async () => {
    const jobId = await waiting("settlement");
    await relay.drop(`inbound/${jobId}/failure.json`, '{"error":"CreditDenied","cause":"over the limit"}');
    const job = await relay.jobThatIs("FAILED", jobId);
    deepEqual(job.error, { code: "CreditDenied", message: "over the limit", step: "approval" });
    deepEqual(["result" in job, job.steps["approval"]?.status], [false, "FAILED"]);
    const [event] = await relay.notificationsOf(jobId);
    equal(event?.type, "jobrelay.job.failed");
  });

  it("ignores other files, whatever their names", async () => {
    const jobId = await waiting("settlement");
    await relay.drop(`inbound/${jobId}/a file + more.json`, "{}");
    await relay.drop(`inbound/${jobId}/success.json.tmp`, '{"no":1}');
    await relay.drop(`inbound/not a job + at all/success.json`, '{"no":1}');
    await relay.eventually("the ignored file in the log", async () =>
      relay.log.includes("a file + more.json") ? true : undefined,
    );
    equal((await relay.job(jobId)).status, "WAITING");
    await relay.drop(`inbound/${jobId}/success.json`, "");
    const { result } = await relay.jobThatIs("SUCCEEDED", jobId);
    deepEqual((result as { approval: unknown }).approval, {});
  });

  it("explains a callback that it cannot read, and takes a corrected one", async () => {
    const jobId = await waiting("settlement");
    await relay.drop(`inbound/${jobId}/success.json`, "yes");
    const rejected = await relay.eventually("rejected.json", () =>
      relay.read(`inbound/${jobId}/rejected.json`),
    );
    const { file, reason } = JSON.parse(rejected) as Record<string, string>;
    equal(file, `inbound/${jobId}/success.json`);
    match(reason ?? "", /^success\.json is not JSON: /);
    const readable = await relay.eventually("the same where the other side can read it", () =>
      relay.read(`outbound/${jobId}/rejected.json`),
    );
    equal(readable, rejected);
    equal((await relay.job(jobId)).status, "WAITING");
    await relay.drop(`inbound/${jobId}/success.json`, '{"approved":true}');
    await relay.jobThatIs("SUCCEEDED", jobId);
  });

  it("goes on waiting when a callback is gone again before it is read", async () => {
    const jobId = await waiting("settlement");
    const key = `inbound/${jobId}/success.json`;
    const Records = [{ eventTime: new Date().toISOString(), s3: { object: { key } } }];
    await relay.sendTo("callbacks", { Records });
    await relay.eventually("the missing callback in the log", async () =>
      relay.log.includes("callback is gone") ? true : undefined,
    );
    equal((await relay.job(jobId)).status, "WAITING");
  });

  it("rejects a callback that is larger than a workflow can carry", async () => {
    const jobId = await waiting("settlement");
    await relay.drop(`inbound/${jobId}/success.json`, JSON.stringify("x".repeat(200 * 1024)));
    const rejected = await relay.eventually("rejected.json", () =>
      relay.read(`inbound/${jobId}/rejected.json`),
    );
    match(rejected, /success\.json has 204802 bytes; 204800 are allowed\./);
    equal((await relay.job(jobId)).status, "WAITING");
  });

  it("takes an answer that was dropped before it was asked for", async () => {
    const jobId = await relay.submit("late", { seconds: 1 });
    await relay.drop(`inbound/${jobId}/success.json`, '{"early":true}');
    const { result } = await relay.jobThatIs("SUCCEEDED", jobId);
    deepEqual(result, { sleep: { slept: 1 }, approval: { early: true } });
  });

  const early: [file: string, content: string, status: string][] = [
    ["failure.json", '{"error":"NotToday"}', "FAILED"],
    ["heartbeat.json", "{}", "WAITING"],
    ["success.json", "not JSON", "WAITING"],
  ];
  for (const [file, content, status] of early) {
    it(`takes ${file} (${content}) that was dropped before it was asked for`, async () => {
      const jobId = await relay.submit("late", { seconds: 1 });
      await relay.drop(`inbound/${jobId}/${file}`, content);
      await relay.jobThatIs(status, jobId);
    });
  }

  it("keeps its first answer, and records a second", async () => {
    const jobId = await waiting("settlement");
    await relay.drop(`inbound/${jobId}/success.json`, '{"answer":1}');
    await relay.jobThatIs("SUCCEEDED", jobId);
    await relay.drop(`inbound/${jobId}/success.json`, '{"answer":2}');
    const job = await relay.eventually("a late answer", async () => {
      const now = await relay.job(jobId);
      return now.lateAnswers ? now : undefined;
    });
    deepEqual((job.result as { approval: unknown }).approval, { answer: 1 });
    deepEqual(
      [job.status, job.lateAnswers?.map(({ key }) => key)],
      ["SUCCEEDED", [`inbound/${jobId}/success.json`]],
    );
    equal((await relay.notificationsOf(jobId)).length, 1);
  });

  it("is TIMED_OUT when nobody answers before the deadline", async () => {
    const jobId = await relay.submit("brief");
    const { error } = await relay.jobThatIs("TIMED_OUT", jobId);
    deepEqual(error, {
      code: "States.Timeout",
      message: "The step approval was not done in time (deadline 1 s).",
      step: "approval",
    });
    const [event] = await relay.notificationsOf(jobId);
    equal(event?.type, "jobrelay.job.timed_out");
  });

  it("is kept alive by heartbeats, and TIMED_OUT without them", async () => {
    const jobId = await waiting("attentive");
    await relay.drop(`inbound/${jobId}/heartbeat.json`, '{"done":"half"}');
    const job = await relay.eventually("the heartbeat on the job", async () => {
      const now = await relay.job(jobId);
      return now.steps["approval"]?.detail ? now : undefined;
    });
    deepEqual([job.status, job.steps["approval"]?.detail], ["WAITING", { done: "half" }]);
    await relay.jobThatIs("TIMED_OUT", jobId);
  });

  it("answers each of several hand-offs in a folder of its own", async () => {
    const jobId = await waiting("twice");
    await relay.drop(`inbound/${jobId}/first/success.json`, '{"n":1}');
    await relay.eventually("the second hand-off", () => relay.read(`outbound/${jobId}/second/data.json`));
    await relay.drop(`inbound/${jobId}/second/success.json`, '{"n":2}');
    const { result } = await relay.jobThatIs("SUCCEEDED", jobId);
    deepEqual(result, { first: { n: 1 }, second: { n: 2 } });
  });

  it("takes an answer for a later hand-off before that is open", async () => {
    const jobId = await waiting("twice");
    await relay.drop(`inbound/${jobId}/second/success.json`, '{"n":2}');
    await relay.eventually("the early callback in the log", async () =>
      relay.log.includes("callback is early") ? true : undefined,
    );
    await relay.drop(`inbound/${jobId}/first/success.json`, '{"n":1}');
    const { result, lateAnswers } = await relay.jobThatIs("SUCCEEDED", jobId);
    deepEqual([result, lateAnswers], [{ first: { n: 1 }, second: { n: 2 } }, undefined]);
  });

  const wrong: [title: string, process: string, folder: string, right: string][] = [
    ["the job's folder, of several hand-offs", "twice", "", "first/"],
    ["the folder of no step", "twice", "third/", "first/"],
    ["a step's folder, of a single hand-off", "settlement", "approval/", ""],
  ];
  for (const [title, process, folder, right] of wrong) {
    it(`says where an answer belongs that was dropped in ${title}`, async () => {
      const jobId = await waiting(process);
      await relay.drop(`inbound/${jobId}/${folder}success.json`, "{}");
      const rejected = await relay.eventually("rejected.json", () =>
        relay.read(`outbound/${jobId}/${folder}rejected.json`),
      );
      const { remedy } = JSON.parse(rejected) as Record<string, string>;
      equal(remedy, `Write the file to inbound/${jobId}/${right}.`);
      const { status, lateAnswers } = await relay.job(jobId);
      deepEqual([status, lateAnswers], ["WAITING", undefined]);
    });
  }
});
