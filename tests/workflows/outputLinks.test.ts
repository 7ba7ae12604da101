import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { getJob } from "../../functions/getJob";
import type { JobRecord, JobStatus, OutputsRecord } from "../../functions/lib/job";
import { outputLinks, type LinkSettings, type OutputLinks } from "../../functions/lib/outputLinks";
import { HandlerBench } from "../helpers/handlerBench";
import { aJob } from "../helpers/jobs";
import { apiEvent } from "../helpers/lambdaEvents";

/** When a link was signed: `20260301T000000Z`. */
function signedAt(url: string): number {
  const date = new URL(url).searchParams.get("X-Amz-Date") ?? "";
  return Date.parse(date.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z"));
}

/** What whoever follows a link gets; without credentials. */
async function download(url: string) {
  const response = await fetch(url);
  const { status, headers } = response;
  return { status, text: await response.text(), disposition: headers.get("content-disposition") };
}

describe("Links to the outputs of a job", () => {
  let bench: HandlerBench;
  let settings: LinkSettings;
  let handler: (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>;
  before(async function () {
    this.timeout(60_000);
    bench = await HandlerBench.open("links");
    const outputsBucket = "links-outputs";
    await bench.relay.s3.send(new CreateBucketCommand({ Bucket: outputsBucket }));
    settings = { egressBucket: bench.bucketName, outputsBucket, linkSeconds: 900 };
    handler = getJob({
      tableName: bench.tableName,
      visibility: "all",
      operatorArns: [],
      stepKinds: {},
      handoffBucket: "",
      ...settings,
    });
  });
  after(() => bench.close());

  const put = (Bucket: string, Key: string, Body: string) =>
    bench.relay.s3.send(new PutObjectCommand({ Bucket, Key, Body }));

  const lasting = (prefix: string): OutputsRecord => ({
    ...{ prefix, objects: 2, bytes: 11 },
    copiedAt: "2026-03-01T00:00:00.000Z",
  });

  const linksOf = (job: JobRecord, over: Partial<LinkSettings> = {}, now = new Date()) =>
    outputLinks(bench.relay.s3, { ...settings, ...over }, job, now);

  const namesOf = async (job: JobRecord, over: Partial<LinkSettings> = {}) =>
    (await linksOf(job, over))?.links.map(({ name }) => name);

  it("are shown with the job, and download without credentials", async () => {
    const outputs = lasting("platform/run-1/");
    const job = aJob({ jobId: "shown", status: "SUCCEEDED", result: '{"egress":{}}', outputs });
    await bench.putJob({ ...job, delivery: deliveryRecord });
    await put(settings.egressBucket, "platform/run-1/labels.json", '{"a":1}');
    await put(settings.egressBucket, "platform/run-1/sub/über uns +1.txt", "text");
    await put(settings.egressBucket, "platform/run-10/other", "other");
    const event = apiEvent({ pathParameters: { jobId: "shown" } });
    const { answer } = await bench.handle(handler, event);
    const shown = JSON.parse(answer.body) as { outputs: OutputLinks };
    const [first, second] = shown.outputs.links.map(({ url }) => url);
    const { path } = event.requestContext;
    deepEqual(
      { ...answer, body: shown },
      {
        statusCode: 200,
        headers: { "Content-Type": "application/json" },
        body: {
          jobId: "shown",
          process: "settlement",
          status: "SUCCEEDED",
          parameters: {},
          source: "api",
          requestedBy: "arn:aws:iam::000000000000:user/ann",
          createdAt: "2026-01-01T00:00:00.000Z",
          updatedAt: "2026-01-01T00:00:02.000Z",
          steps: {},
          result: { egress: {} },
          outputs: {
            links: [
              { name: "labels.json", bytes: 7, url: first },
              { name: "sub/über uns +1.txt", bytes: 4, url: second },
            ],
            expiresAt: new Date(signedAt(first ?? "") + 900_000).toISOString(),
            objects: 2,
            bytes: 11,
          },
          links: { self: path },
        },
      },
    );
    deepEqual(await Promise.all([first, second].map((url) => download(url ?? ""))), [
      {
        status: 200,
        text: '{"a":1}',
        disposition: "attachment; filename=\"labels.json\"; filename*=UTF-8''labels.json",
      },
      {
        status: 200,
        text: "text",
        disposition: "attachment; filename=\"_ber uns +1.txt\"; filename*=UTF-8''%C3%BCber%20uns%20%2B1.txt",
      },
    ]);
  });

  const oddNames = [
    "100%.csv",
    "a?b=c&d#e",
    "it's (a) *!~",
    'quo"te\\d',
    "日本語/🚀.csv",
    "folder/",
    "new\nline",
  ];

  it("download whatever the names are", async () => {
    for (const name of oddNames) await put(settings.outputsBucket, `outputs/odd/${name}`, name);
    await put(settings.outputsBucket, "outputs/odd/", "the folder itself, which has no name");
    const { links = [] } = (await linksOf(aJob({ jobId: "odd", status: "SUCCEEDED" }))) ?? {};
    const downloads = await Promise.all(links.map(({ url }) => download(url)));
    deepEqual(
      links.map(({ name }, index) => [name, downloads[index]?.text]),
      [...oddNames].sort().map((name) => [name, name]),
    );
    deepEqual(
      downloads.map(({ disposition }) => disposition),
      [
        "attachment; filename=\"100_.csv\"; filename*=UTF-8''100%25.csv",
        "attachment; filename=\"a?b=c&d#e\"; filename*=UTF-8''a%3Fb%3Dc%26d%23e",
        "attachment; filename=\"folder\"; filename*=UTF-8''folder",
        "attachment; filename=\"it's (a) *!~\"; filename*=UTF-8''it%27s%20%28a%29%20%2A!~",
        "attachment; filename=\"new_line\"; filename*=UTF-8''new%0Aline",
        "attachment; filename=\"quo_te_d\"; filename*=UTF-8''quo%22te%5Cd",
        "attachment; filename=\"_.csv\"; filename*=UTF-8''%F0%9F%9A%80.csv",
      ],
    );
  });

  it("stop working when they have expired", async () => {
    await put(settings.outputsBucket, "outputs/expired/a", "a");
    const now = new Date(Date.now() - 901_000);
    const found = await linksOf(aJob({ jobId: "expired", status: "FAILED" }), {}, now);
    const [{ url } = { url: "" }] = found?.links ?? [];
    const signed = Math.floor(now.getTime() / 1000) * 1000;
    deepEqual([found?.expiresAt, signedAt(url)], [new Date(signed + 900_000).toISOString(), signed]);
    equal(new URL(url).searchParams.get("X-Amz-Expires"), "900");
    const { status, text } = await download(url);
    equal(status, 403);
    match(text, /<Code>AccessDenied<\/Code><Message>Request has expired/);
  });

  const counts: [count: number, links: number, more: true | undefined][] = [
    [100, 100, undefined],
    [101, 100, true],
  ];
  for (const [count, linked, more] of counts) {
    it(`are ${linked} of ${count} files`, async () => {
      const jobId = `many-${count}`;
      // As long as keys can be, each byte of which takes three in a URL.
      const names = Array.from(
        { length: count },
        (_, index) => String(index).padStart(3, "0") + "ü".repeat(495),
      );
      await Promise.all(names.map((name) => put(settings.outputsBucket, `outputs/${jobId}/${name}`, "x")));
      const found = await linksOf(aJob({ jobId, status: "SUCCEEDED" }));
      deepEqual(
        found?.links.map(({ name }) => name),
        names.slice(0, linked),
      );
      equal(found?.more, more);
      // Lambda answers with 6 MB at most.
      equal(JSON.stringify(found).length < 2_000_000, true);
    });
  }

  const statuses: [status: JobStatus, names: string[] | undefined][] = [
    ["SUBMITTED", undefined],
    ["RUNNING", undefined],
    ["WAITING", undefined],
    ["SUCCEEDED", ["partial"]],
    ["FAILED", ["partial"]],
    ["TIMED_OUT", ["partial"]],
    ["CANCELLED", ["partial"]],
  ];
  for (const [status, names] of statuses) {
    it(`are ${names ? "" : "not "}there for what its containers left when it is ${status}`, async () => {
      await put(settings.outputsBucket, "outputs/ended/partial", "x");
      deepEqual(await namesOf(aJob({ jobId: "ended", status })), names);
    });
  }

  it("lead to the bucket that lasts if there is one, else to where containers left them", async () => {
    await put(settings.outputsBucket, "outputs/moved/original", "x");
    await put(settings.egressBucket, "outputs/moved/copy", "x");
    const job = aJob({ jobId: "moved", status: "SUCCEEDED" });
    const copied = { ...job, outputs: lasting("outputs/moved/") };
    deepEqual(
      [
        await namesOf(job),
        await namesOf(copied),
        await namesOf(copied, { egressBucket: "" }),
        await namesOf(job, { outputsBucket: "" }),
        await namesOf(copied, { egressBucket: "", outputsBucket: "" }),
      ],
      [["original"], ["copy"], ["original"], undefined, undefined],
    );
  });

  it("are left out when a job left nothing, or nothing of it is there any more", async () => {
    const job = aJob({ jobId: "nothing", status: "SUCCEEDED" });
    deepEqual(
      [await linksOf(job), await linksOf({ ...job, outputs: lasting("gone/") })],
      [undefined, undefined],
    );
  });

  it("fail the request when the function may not list them", async () => {
    const job = aJob({ jobId: "denied", status: "SUCCEEDED" });
    const refused = new S3Client(bench.relay.clientConfig);
    refused.middlewareStack.add(
      () => () => Promise.reject(Object.assign(new Error("denied"), { name: "AccessDenied" })),
      { step: "initialize" },
    );
    await rejects(outputLinks(refused, settings, job, new Date()), { name: "AccessDenied" });
    refused.destroy();
    await bench.putJob(job);
    const broken = getJob({
      tableName: bench.tableName,
      visibility: "all",
      operatorArns: [],
      stepKinds: {},
      handoffBucket: "",
      ...settings,
      outputsBucket: "no-such-bucket",
    });
    const event = apiEvent({ pathParameters: { jobId: "denied" } });
    await rejects(bench.handle(broken, event), { name: "NoSuchBucket" });
  });
});

const deliveryRecord = {
  uploadId: "upload",
  key: "platform/run-1/labels.json",
  partBytes: 8_388_608,
  bytes: 0,
  crc32: 0,
  validator: '"1"',
};
