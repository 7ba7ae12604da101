import { deepEqual, equal, match, notEqual } from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { keyedJobId, payloadHash } from "../../functions/lib/idempotencyKey";
import { submitBatchJob } from "../../functions/submitBatchJob";
import { submitJob } from "../../functions/submitJob";
import { HandlerBench } from "../helpers/handlerBench";
import { apiEvent } from "../helpers/lambdaEvents";
import { sharedRelay } from "../helpers/relay";

const processes = { settlement: { parameters: { type: "object" }, steps: ["approval"] } };
const submission = { process: "settlement", client: "acme", parameters: { a: 1, b: { c: [2], d: 3 } } };
const ann = "arn:aws:iam::000000000000:user/ann";

type Handler = (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>;

const request = (key: string, body: object, userArn: string | null = ann): APIGatewayProxyEvent => {
  const requestContext = { path: "/v1/jobs", identity: { userArn } };
  return apiEvent({
    body: JSON.stringify(body),
    headers: { "idempotency-key": key },
    requestContext: requestContext as APIGatewayProxyEvent["requestContext"],
  });
};
const problem = (status: number, title: string, detail: string) => ({
  statusCode: status,
  headers: { "Content-Type": "application/problem+json" },
  body: JSON.stringify({ type: "about:blank", title, status, detail, instance: "/v1/jobs" }),
});

describe("A request for a job that has an Idempotency-Key", () => {
  let bench: HandlerBench;
  let submit: Handler;
  let submitToBatch: Handler;
  before(async function () {
    this.timeout(60_000);
    bench = await HandlerBench.open("idempotency");
    const settings = { tableName: bench.tableName, processes, retentionDays: 7 };
    submit = submitJob(settings);
    const queueArn = "arn:aws:batch:eu-west-1:000000000000:job-queue/queue";
    submitToBatch = submitBatchJob({ ...settings, queueArn, queueAliases: [] });
  });
  after(() => bench.close());

  const jobIdOf = ({ body }: APIGatewayProxyResult) => (JSON.parse(body) as { jobId: string }).jobId;
  const send = async (handler: Handler, event: APIGatewayProxyEvent) =>
    (await bench.handle(handler, event)).answer;

  it("makes a job whose id follows from caller and key, and keeps what the payload is known by", async () => {
    const answer = await send(submit, request("k1", submission));
    const jobId = keyedJobId(ann, "k1");
    const { createdAt, payloadHash: hash } = await bench.job(jobId);
    const self = `/v1/jobs/${jobId}`;
    deepEqual(answer, {
      statusCode: 202,
      headers: { "Content-Type": "application/json", Location: self, "Retry-After": "2" },
      body: JSON.stringify({
        ...{ jobId, status: "SUBMITTED", process: "settlement", createdAt },
        links: { self },
      }),
    });
    match(jobId, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    equal(hash, payloadHash(submission));
  });

  it("has the first answer again, however far the job has come, and nothing is written", async () => {
    const key = randomUUID();
    const first = await send(submit, request(key, submission));
    const job = await bench.job(jobIdOf(first));
    await bench.putJob({ ...job, status: "SUCCEEDED" });
    const { answer, log } = await bench.handle(submit, request(key, submission));
    deepEqual(answer, first);
    const { jobId, process } = job;
    deepEqual(log, [
      { level: "INFO", message: "job was submitted already", jobId, process, status: "SUBMITTED" },
    ]);
    deepEqual(await bench.job(jobId), { ...job, status: "SUCCEEDED" });
  });

  it("is one job when it comes ten times at once", async () => {
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 10 }, () => submit(request(key, submission))));
    deepEqual(new Set(answers.map(({ body }) => body)).size, 1);
  });

  const { process, client, parameters } = submission;
  const same: [title: string, payload: object][] = [
    ["members in another order", { parameters: { b: { d: 3, c: [2] }, a: 1 }, client, process }],
  ];
  for (const [title, payload] of same) {
    it(`is the same payload with ${title}`, async () => {
      const key = randomUUID();
      deepEqual(await send(submit, request(key, payload)), await send(submit, request(key, submission)));
    });
  }

  const others: [title: string, payload: object][] = [
    ["other parameters", { ...submission, parameters: { ...parameters, a: 2 } }],
    ["another client", { ...submission, client: "other" }],
    ["no client", { process, parameters }],
    ["text in place of a number", { ...submission, parameters: { ...parameters, a: "1" } }],
  ];
  for (const [title, payload] of others) {
    it(`is refused with ${title}: the key belongs to the first`, async () => {
      const key = randomUUID();
      const jobId = jobIdOf(await send(submit, request(key, submission)));
      const detail =
        `The Idempotency-Key "${key}" belongs to the job ${jobId}, which was asked for with another payload. ` +
        "Use a new key for a new job.";
      deepEqual(await send(submit, request(key, payload)), problem(422, "Unprocessable Content", detail));
    });
  }

  const callers: [title: string, userArn: string][] = [
    ["user", "arn:aws:iam::000000000000:user/bob"],
    ["account's user of that name", "arn:aws:iam::111111111111:user/ann"],
    ["role", "arn:aws:sts::000000000000:assumed-role/callers/ann"],
  ];
  for (const [title, userArn] of callers) {
    it(`is another job of another ${title}`, async () => {
      const key = randomUUID();
      const [mine, theirs] = [
        await send(submit, request(key, submission)),
        await send(submit, request(key, submission, userArn)),
      ];
      deepEqual([mine.statusCode, theirs.statusCode], [202, 202]);
      notEqual(jobIdOf(mine), jobIdOf(theirs));
    });
  }

  it("binds nothing when it is refused", async () => {
    const key = randomUUID();
    equal((await send(submit, request(key, { process: "unknown" }))).statusCode, 422);
    equal((await send(submit, request(key, submission))).statusCode, 202);
  });

  it("is as good in the shape of Batch's SubmitJob, whose name counts as payload", async () => {
    const key = randomUUID();
    const body = { jobName: "n", jobQueue: "queue", jobDefinition: "settlement" };
    const first = await send(submitToBatch, request(key, body));
    equal(first.statusCode, 200);
    deepEqual(await send(submitToBatch, request(key, body)), first);
    const refused = await send(submitToBatch, request(key, { ...body, jobName: "m" }));
    equal(refused.statusCode, 422);
    equal((await send(submit, request(key, { process: "settlement" }))).statusCode, 422);
  });

  it("reaches the function through the gateway, whatever the case of the header", async () => {
    const relay = await sharedRelay();
    const key = randomUUID();
    const body = { process: "sleep", parameters: { seconds: 1 } };
    const first = await relay.call("POST", "/jobs", body, { "Idempotency-Key": key });
    const second = await relay.call("POST", "/jobs", body, { "idempotency-key": key });
    deepEqual([first.status, second.status], [202, 202]);
    deepEqual(await second.json(), await first.json());
  });
});

describe("A request for a job without an Idempotency-Key", () => {
  let bench: HandlerBench;
  before(async () => {
    bench = await HandlerBench.open("no-idempotency");
  });
  after(() => bench.close());

  it("is another job each time, however alike", async () => {
    const handler = submitJob({ tableName: bench.tableName, processes, retentionDays: 7 });
    const event = apiEvent({ body: JSON.stringify(submission) });
    const answers = [await bench.handle(handler, event), await bench.handle(handler, event)];
    const ids = answers.map(({ answer }) => (JSON.parse(answer.body) as { jobId: string }).jobId);
    notEqual(ids[0], ids[1]);
  });
});
