import { deepEqual, equal, match } from "node:assert/strict";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { getJob } from "../../functions/getJob";
import type { Timeline } from "../../functions/lib/timeline/timeline";
import { HandlerBench } from "../helpers/handlerBench";
import { aJob } from "../helpers/jobs";
import { apiEvent } from "../helpers/lambdaEvents";
import { sharedRelay, type JobAnswer, type Relay } from "../helpers/relay";

type FullJob = JobAnswer & { readonly timeline: Timeline };

describe("The timeline of a job, through the API,", () => {
  let relay: Relay;
  before(async function () {
    this.timeout(60_000);
    relay = await sharedRelay();
  });

  const ask = (jobId: string, query = "?view=full") => relay.call("GET", `/jobs/${jobId}${query}`);
  const timelineOf = async (jobId: string) => ((await (await ask(jobId)).json()) as FullJob).timeline;
  /** Name, kind and status of each step, and the status and error of each attempt. */
  const outline = ({ steps }: Timeline) =>
    steps.map(({ name, kind, status, attempts }) => [
      `${name} ${kind ?? ""} ${status ?? ""}`,
      ...attempts.map((attempt) => [attempt.status, attempt.error].filter(Boolean).join(" ")),
    ]);

  it("tells of inline steps and hand-offs, with times in order", async () => {
    const jobId = await relay.submit("settlement");
    await relay.jobThatIs("WAITING", jobId);
    deepEqual(outline(await timelineOf(jobId)), [
      ["generatePayload invoke SUCCEEDED", "SUCCEEDED"],
      ["approval handoff WAITING", "WAITING"],
    ]);
    await relay.drop(`inbound/${jobId}/success.json`, "{}");
    await relay.jobThatIs("SUCCEEDED", jobId);
    const timeline = await timelineOf(jobId);
    deepEqual(
      [timeline.complete, timeline.note, ...outline(timeline)],
      [
        ...[true, undefined],
        ["generatePayload invoke SUCCEEDED", "SUCCEEDED"],
        ["approval handoff SUCCEEDED", "SUCCEEDED"],
      ],
    );
    const times = timeline.steps.flatMap(({ startedAt, attempts, endedAt }) => [
      startedAt,
      ...attempts.flatMap((attempt) => [attempt.startedAt, attempt.endedAt]),
      endedAt,
    ]);
    deepEqual(
      [times, times.every((time) => /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(time ?? ""))],
      [[...times].sort(), true],
    );
    deepEqual(
      timeline.steps.map(({ result }) => result),
      ["/result/generatePayload", "/result/approval"],
    );
  });

  it("is shown to who asks for it, and no one else; another view is refused", async () => {
    const jobId = await relay.submit("sleep", { seconds: 1 });
    for (const query of ["", "?view=basic"]) {
      equal("timeline" in ((await (await ask(jobId, query)).json()) as object), false);
    }
    const response = await ask(jobId, "?view=all");
    equal(response.status, 400);
    const { errors } = (await response.json()) as { errors: object };
    deepEqual(errors, [{ pointer: "/view", detail: "must be one of basic, full" }]);
  });

  it("shows an inline step that runs as RUNNING, which the record says nothing of", async () => {
    const jobId = await relay.submit("sleep", { seconds: 2 });
    await relay.jobThatIs("RUNNING", jobId);
    const { steps } = await relay.eventually("the running step", async () => {
      const timeline = await timelineOf(jobId);
      return timeline.steps[0]?.status === "RUNNING" ? timeline : undefined;
    });
    equal(steps[0]?.endedAt, undefined);
    const { status, steps: recorded } = await relay.job(jobId);
    deepEqual([status, recorded["sleep"]], ["RUNNING", {}]);
    await relay.call("POST", `/jobs/${jobId}/cancel`);
    deepEqual(outline(await timelineOf(jobId)), [["sleep invoke CANCELLED", "CANCELLED Cancelled"]]);
    deepEqual((await relay.job(jobId)).steps["sleep"], {});
  });

  it("has what failed before a redrive and what came of it after", async () => {
    const jobId = await relay.submit("twice");
    await relay.jobThatIs("WAITING", jobId);
    await relay.drop(`inbound/${jobId}/first/failure.json`, '{"error":"NotYet","cause":"come again"}');
    await relay.jobThatIs("FAILED", jobId);
    const { steps } = await timelineOf(jobId);
    deepEqual(steps[0]?.attempts[0]?.cause, "come again");
    await relay.call("POST", `/jobs/${jobId}/redrive`);
    await relay.jobThatIs("WAITING", jobId);
    deepEqual(outline(await timelineOf(jobId)), [
      ["first handoff WAITING", "FAILED NotYet", "WAITING"],
      ["second handoff PENDING"],
    ]);
    await relay.call("POST", `/jobs/${jobId}/cancel`);
    deepEqual(outline(await timelineOf(jobId)), [
      ["first handoff CANCELLED", "FAILED NotYet", "CANCELLED Cancelled"],
      ["second handoff PENDING"],
    ]);
  });

  it("has the attempts of the execution before, when the job began anew", async () => {
    const jobId = await relay.submit("unchecked", { seconds: "none" });
    await relay.jobThatIs("FAILED", jobId);
    await relay.setRevision(jobId, "before");
    await relay.call("POST", `/jobs/${jobId}/redrive`);
    await relay.jobThatIs("FAILED", jobId);
    const timeline = await timelineOf(jobId);
    deepEqual(outline(timeline), [
      ["sleep invoke FAILED", "FAILED PermanentFailure", "FAILED PermanentFailure"],
    ]);
    match(timeline.steps[0]?.attempts[1]?.cause ?? "", /^seconds is "none"/);
  });

  it("tells of containers, and of a deadline that ran out", async () => {
    const jobIds = await Promise.all([relay.submit("container", { code: 3 }), relay.submit("brief")]);
    await relay.jobThatIs("FAILED", jobIds[0]);
    await relay.jobThatIs("TIMED_OUT", jobIds[1]);
    const [container, brief] = await Promise.all(jobIds.map(timelineOf));
    deepEqual(container && outline(container), [["batch batch FAILED", "FAILED States.TaskFailed"]]);
    match(container?.steps[0]?.attempts[0]?.cause ?? "", /exit code 3/);
    deepEqual(brief && outline(brief), [["approval handoff TIMED_OUT", "TIMED_OUT States.Timeout"]]);
  });

  it("of a job that no workflow ran is that of its record", async () => {
    const jobId = await relay.egressOf("not-there-for-the-timeline");
    await relay.jobThatIs("FAILED", jobId);
    const { complete, steps } = await timelineOf(jobId);
    deepEqual(
      [complete, steps.map(({ name, status, attempts }) => [name, status, attempts.length])],
      [true, [["egress", "FAILED", 1]]],
    );
    match(steps[0]?.attempts[0]?.cause ?? "", /404|no output|gone/i);
  });
});

describe("The timeline of a job, at the function,", () => {
  let bench: HandlerBench;
  let handler: (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>;
  const prefix = "arn:aws:states:us-east-1:000000000000:execution:no-such-machine";
  before(async function () {
    this.timeout(60_000);
    bench = await HandlerBench.open("timeline");
    const links = { egressBucket: "", outputsBucket: "", handoffBucket: "", linkSeconds: 900 };
    const stepKinds = { settlement: { approval: "handoff" } } as const;
    handler = getJob({
      tableName: bench.tableName,
      visibility: "all",
      operatorArns: [],
      stepKinds,
      ...links,
    });
  });
  after(() => bench.close());

  it("of an execution that Step Functions has forgotten says so, and tells what the record knows", async () => {
    const run = { startedAt: "2026-01-01T00:00:00.000Z", endedAt: "2026-01-01T00:00:01.000Z" };
    await bench.putJob(
      aJob({
        jobId: "forgotten",
        status: "SUCCEEDED",
        executionArn: `${prefix}:forgotten`,
        steps: { approval: { status: "SUCCEEDED", ...run } },
        result: '{"approval":{}}',
      }),
    );
    const event = apiEvent({
      pathParameters: { jobId: "forgotten" },
      queryStringParameters: { view: "full" },
    });
    const { answer } = await bench.handle(handler, event);
    const { timeline } = JSON.parse(answer.body) as FullJob;
    const attempts = [{ ...run, status: "SUCCEEDED" as const }];
    deepEqual(timeline.steps, [
      {
        ...{ name: "approval", kind: "handoff", status: "SUCCEEDED", ...run, attempts },
        result: "/result/approval",
      },
    ]);
    deepEqual([timeline.complete, /90 days/.test(timeline.note ?? "")], [false, true]);
  });

  it("is asked for once", async () => {
    const view = ["full", "basic"];
    const { answer } = await bench.handle(
      handler,
      apiEvent({ queryStringParameters: { view: "basic" }, multiValueQueryStringParameters: { view } }),
    );
    const { errors } = JSON.parse(answer.body) as { errors: object };
    deepEqual([answer.statusCode, errors], [400, [{ pointer: "/view", detail: "is given more than once" }]]);
  });
});
