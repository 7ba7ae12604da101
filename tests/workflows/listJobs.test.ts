import { deepEqual, equal, ok } from "node:assert/strict";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { getJob } from "../../functions/getJob";
import type { JobRecord } from "../../functions/lib/job";
import { listJobs } from "../../functions/listJobs";
import { HandlerBench } from "../helpers/handlerBench";
import { aJob } from "../helpers/jobs";
import { apiEvent } from "../helpers/lambdaEvents";
import { sharedRelay, type Relay } from "../helpers/relay";

type Handler = (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>;
type Query = Record<string, string>;

interface List {
  readonly jobs: readonly { readonly jobId: string }[];
  readonly nextCursor?: string;
}

const session = (name: string) => `arn:aws:sts::000000000000:assumed-role/${name}`;
const at = (second: number) => `2026-01-01T00:00:0${second}.000Z`;

/** Newest first; b1 and b2 are of the same millisecond. */
const records: readonly JobRecord[] = [
  aJob({ jobId: "f", createdAt: at(6), status: "WAITING", requestedBy: session("ours/1") }),
  aJob({ jobId: "e", createdAt: at(5), status: "FAILED", client: "acme", requestedBy: session("ours/2") }),
  aJob({
    jobId: "d",
    createdAt: at(4),
    process: "sleep",
    status: "FAILED",
    requestedBy: session("theirs/1"),
  }),
  aJob({
    jobId: "c",
    createdAt: at(3),
    process: "egress",
    status: "SUCCEEDED",
    source: "webhook",
    requestedBy: "w",
  }),
  aJob({ jobId: "b2", createdAt: at(2), status: "RUNNING", requestedBy: session("theirs/1") }),
  aJob({
    jobId: "b1",
    createdAt: at(2),
    status: "CANCELLED",
    client: "acme",
    requestedBy: session("theirs/2"),
  }),
  aJob({
    jobId: "a",
    createdAt: at(1),
    process: "sleep",
    status: "TIMED_OUT",
    requestedBy: session("ours/1"),
  }),
];

const request = (query: Query, userArn = session("ours/9"), jobId?: string): APIGatewayProxyEvent => {
  const path = `/v1/jobs${jobId === undefined ? "" : `/${jobId}`}`;
  return apiEvent({
    httpMethod: "GET",
    queryStringParameters: query,
    ...(jobId === undefined ? {} : { pathParameters: { jobId } }),
    requestContext: { path, identity: { userArn } } as APIGatewayProxyEvent["requestContext"],
  });
};

describe("A list of jobs, at the function", () => {
  let bench: HandlerBench;
  let all: Handler;
  let own: Handler;
  let ownJob: Handler;
  before(async function () {
    this.timeout(60_000);
    bench = await HandlerBench.open("listing");
    const settings = { tableName: bench.tableName, cursorSecret: "AROAEXAMPLE" };
    all = listJobs({ ...settings, visibility: "all", operatorArns: [] });
    own = listJobs({ ...settings, visibility: "own", operatorArns: [] });
    const links = { egressBucket: "", outputsBucket: "", handoffBucket: "", linkSeconds: 900, stepKinds: {} };
    ownJob = getJob({ tableName: bench.tableName, visibility: "own", operatorArns: [], ...links });
    for (const job of records) await bench.putJob(job);
  });
  after(() => bench.close());

  const ask = async (handler: Handler, query: Query): Promise<List> => {
    const { answer } = await bench.handle(handler, request(query));
    equal(answer.statusCode, 200, answer.body);
    return JSON.parse(answer.body) as List;
  };
  const idsOf = ({ jobs }: List) => jobs.map(({ jobId }) => jobId);
  const pagesOf = async (handler: Handler, query: Query) => {
    const pages = [await ask(handler, query)];
    for (let cursor = pages[0]?.nextCursor; cursor !== undefined; cursor = pages.at(-1)?.nextCursor) {
      pages.push(await ask(handler, { ...query, cursor }));
    }
    return pages.map(idsOf);
  };

  it("says of each job what is never large, and where it is", async () => {
    const { answer } = await bench.handle(all, request({ client: "acme", status: "FAILED" }));
    const summary = {
      ...{ jobId: "e", process: "settlement", client: "acme", status: "FAILED", source: "api" },
      ...{ requestedBy: session("ours/2"), createdAt: at(5), updatedAt: "2026-01-01T00:00:02.000Z" },
      links: { self: "/v1/jobs/e" },
    };
    deepEqual(
      { ...answer, body: JSON.parse(answer.body) as object },
      { statusCode: 200, headers: { "Content-Type": "application/json" }, body: { jobs: [summary] } },
    );
  });

  const lists: [title: string, query: Query, ids: string[]][] = [
    ["all jobs", {}, ["f", "e", "d", "c", "b2", "b1", "a"]],
    ["the jobs of a process", { process: "settlement" }, ["f", "e", "b2", "b1"]],
    ["none of a process that nobody knows", { process: "unknown" }, []],
    ["the jobs with a status", { status: "FAILED" }, ["e", "d"]],
    ["the jobs for a client", { client: "acme" }, ["e", "b1"]],
    ["none for a client that has none", { client: "other" }, []],
    ["the jobs of a process with a status", { process: "sleep", status: "FAILED" }, ["d"]],
    [
      "the jobs that fit every filter",
      { process: "settlement", status: "CANCELLED", client: "acme" },
      ["b1"],
    ],
  ];
  for (const [title, query, ids] of lists) {
    it(`has ${title}, newest first`, async () => deepEqual(await pagesOf(all, query), [ids]));

    for (const limit of [1, 2, 3]) {
      it(`has ${title}, ${limit} at a time, each once`, async () => {
        const pages = await pagesOf(all, { ...query, limit: String(limit) });
        const expected = Array.from({ length: Math.max(1, Math.ceil(ids.length / limit)) }, (_, page) =>
          ids.slice(page * limit, (page + 1) * limit),
        );
        deepEqual(pages, expected);
      });
    }
  }

  it("has the caller's own jobs, and those that no caller asked for, where callers see their own", async () => {
    deepEqual(await pagesOf(own, {}), [["f", "e", "c", "a"]]);
    deepEqual(await pagesOf(own, { limit: "1" }), [["f"], ["e"], ["c"], ["a"]]);
    deepEqual(await pagesOf(own, { process: "settlement" }), [["f", "e"]]);
  });

  const single: [jobId: string, statusCode: number][] = [
    ["f", 200],
    ["e", 200],
    ["c", 200],
    ["d", 404],
    ["b1", 404],
  ];
  for (const [jobId, statusCode] of single) {
    it(`is no narrower and no wider than what can be read one by one: ${jobId} is ${statusCode}`, async () => {
      const { answer } = await bench.handle(ownJob, request({}, session("ours/9"), jobId));
      equal(answer.statusCode, statusCode);
      if (statusCode === 404) {
        deepEqual(JSON.parse(answer.body), {
          ...{ type: "about:blank", title: "Not Found", status: 404 },
          ...{ detail: `There is no job "${jobId}".`, instance: `/v1/jobs/${jobId}` },
        });
      }
    });
  }

  it("is refused with a cursor of another query", async () => {
    const { nextCursor: cursor = "" } = await ask(all, { limit: "1" });
    const { answer } = await bench.handle(all, request({ status: "FAILED", cursor }));
    const detail =
      "is not one that this query was answered with; without it, the list begins with the newest job";
    deepEqual(answer, {
      statusCode: 400,
      headers: { "Content-Type": "application/problem+json" },
      body: JSON.stringify({
        ...{
          type: "about:blank",
          title: "Bad Request",
          status: 400,
          detail: "The query cannot be answered.",
        },
        ...{ instance: "/v1/jobs", errors: [{ pointer: "/cursor", detail }] },
      }),
    });
  });

  // The last one: it changes what the others list.
  it("goes on where it was, when jobs have come and changed since", async () => {
    const { nextCursor = "" } = await ask(all, { limit: "2" });
    await bench.putJob(aJob({ jobId: "g", createdAt: at(7) }));
    await bench.putJob({ ...(await bench.job("d")), status: "SUCCEEDED" });
    await bench.putJob({ ...(await bench.job("f")), status: "RUNNING" });
    deepEqual(idsOf(await ask(all, { cursor: nextCursor })), ["d", "c", "b2", "b1", "a"]);
  });
});

describe("A list of jobs, through the gateway", () => {
  let relay: Relay;
  before(async function () {
    this.timeout(60_000);
    relay = await sharedRelay();
  });

  it("goes on from page to page by its cursor", async () => {
    const older = await relay.submit("sleep", { seconds: 1 });
    const newer = await relay.submit("sleep", { seconds: 1 });
    const page = async (query: string) => {
      const response = await relay.call("GET", `/jobs?${query}`);
      return { status: response.status, ...((await response.json()) as List) };
    };
    const first = await relay.eventually("the newer job in the list", async () => {
      const found = await page("process=sleep&limit=1");
      return found.jobs[0]?.jobId === newer ? found : undefined;
    });
    ok(first.nextCursor);
    const second = await page(`process=sleep&limit=1&cursor=${first.nextCursor}`);
    deepEqual([second.status, second.jobs.map(({ jobId }) => jobId)], [200, [older]]);
    const refused = await relay.call("GET", "/jobs?status=DONE");
    equal(refused.status, 400);
    equal(refused.headers.get("content-type"), "application/problem+json");
  });
});
