import { deepEqual, equal, match } from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { HeadObjectCommand, ListMultipartUploadsCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { sharedRelay, type JobAnswer, type Relay } from "../helpers/relay";

const sample = readFileSync(path.resolve(__dirname, "../samples/job-complete.json"), "utf8");

interface EgressJob extends JobAnswer {
  readonly source: string;
  readonly requestedBy: string;
  readonly outputs?: {
    readonly links: readonly { readonly name: string; readonly bytes: number; readonly url: string }[];
  };
}

describe("An output of the platform", () => {
  let relay: Relay;
  let bucket = "";
  before(async function () {
    this.timeout(60_000);
    relay = await sharedRelay();
    bucket = String(relay.cloud.outputs["egressBucket"]);
  });

  const keysUnder = async (prefix: string) => {
    const { Contents = [] } = await relay.s3.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }),
    );
    return Contents.map(({ Key }) => Key);
  };

  it("is fetched at the platform's call, as the seed sends it, and lies under its id", async () => {
    const { id } = JSON.parse(sample) as { id: string };
    const bytes = Buffer.from('{"labels":[1,2,3]}');
    relay.platform.put(id, bytes, {
      contentType: "application/json",
      fileName: "labels.json",
      digest: "sha-256",
    });
    const response = await relay.tell(sample);
    const { jobId, links } = (await response.json()) as { jobId: string; links: { self: string } };
    deepEqual([response.status, response.headers.get("location")], [202, links.self]);
    const job = (await relay.jobThatIs("SUCCEEDED", jobId)) as EgressJob;
    const key = `platform/${id}/labels.json`;
    equal(await relay.read(key, bucket), bytes.toString());
    deepEqual(
      [job.source, job.requestedBy, job.result],
      ["webhook", "webhook/platform", { egress: { key, bytes: 18 } }],
    );
    const { ContentType, ContentDisposition } = await relay.s3.send(
      new HeadObjectCommand({ Bucket: bucket, Key: key }),
    );
    deepEqual(
      [ContentType, ContentDisposition],
      ["application/json", "attachment; filename=\"labels.json\"; filename*=UTF-8''labels.json"],
    );
    const [link] = job.outputs?.links ?? [];
    deepEqual([link?.name, link?.bytes], ["labels.json", 18]);
    equal(await (await fetch(link?.url ?? "")).text(), bytes.toString());
    deepEqual(
      (await relay.notificationsOf(jobId)).map(({ type }) => type),
      ["jobrelay.job.succeeded"],
    );
  });

  it("is fetched once, however often the platform calls", async () => {
    relay.platform.put("twice", Buffer.from("once"), {});
    const jobId = await relay.egressOf("twice");
    equal(await relay.egressOf("twice"), jobId);
    await relay.jobThatIs("SUCCEEDED", jobId);
    equal(await relay.egressOf("twice"), jobId);
    equal(relay.platform.requests.filter(({ id }) => id === "twice").length, 1);
    equal((await relay.notificationsOf(jobId)).length, 1);
  });

  it("that is gone fails its job, and says so", async () => {
    const { error } = await relay.jobThatIs("FAILED", await relay.egressOf("gone-long-ago"));
    deepEqual([error?.code, error?.step], ["OutputGone", "egress"]);
    match(error?.message ?? "", /404/);
  });

  it("may have an id of any script: its key is safe, and in the platform's folder", async () => {
    for (const id of ["../../outputs/x", "作业 № 1"]) {
      relay.platform.put(id, Buffer.from(id), { fileName: "../../evil.txt" });
      const job = await relay.jobThatIs("SUCCEEDED", await relay.egressOf(id));
      const { egress } = job.result as unknown as { egress: { key: string } };
      match(egress.key, /^platform\/_[0-9a-f]{32}\/evil\.txt$/);
      equal(await relay.read(egress.key, bucket), id);
    }
    deepEqual(await keysUnder("outputs/x"), []);
  });

  it("is not asked for by a call without the token, and nothing is queued", async () => {
    const response = await relay.tell('{"id":"stranger","event":"job_complete"}', "wrong");
    equal(response.headers.get("content-type"), "application/problem+json");
    deepEqual(await response.json(), {
      type: "about:blank",
      title: "Unauthorized",
      status: 401,
      detail: "The webhook-token is wrong.",
      instance: "/v1/job-complete",
    });
    const attributes = await relay.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: await relay.queueUrl("egress"), AttributeNames: ["All"] }),
    );
    equal(attributes.Attributes?.["ApproximateNumberOfMessages"], "0");
    equal(
      relay.platform.requests.some(({ id }) => id === "stranger"),
      false,
    );
  });

  it("whose download breaks goes on in another invocation, from what has arrived", async () => {
    const id = "interrupted";
    relay.platform.put(id, 30_000_000, { fileName: "a.bin", digest: "sha-256" });
    relay.platformFailures.set(id, ({ attempt }) =>
      attempt === 1 ? { cutAfterBytes: 14_000_000 } : attempt === 2 ? { status: 503 } : "none",
    );
    const job = await relay.jobThatIs("SUCCEEDED", await relay.egressOf(id));
    deepEqual(job.result, { egress: { key: `platform/${id}/a.bin`, bytes: 30_000_000 } });
    const asked = relay.platform.requests.filter((request) => request.id === id);
    deepEqual(
      asked.map(({ from }) => from),
      [0, 14_000_000, 12 * 1024 * 1024],
    );
  });

  it("that arrives altered is fetched again, and nothing of it stays", async () => {
    const id = "altered";
    const headers = { "repr-digest": `sha-256=:${Buffer.alloc(32).toString("base64")}:` };
    relay.platform.put(id, 13_000_000, { fileName: "a.bin", headers });
    const jobId = await relay.egressOf(id);
    await relay.eventually("a note of what is wrong", async () => {
      const { detail } = (await relay.job(jobId)).steps["egress"] ?? {};
      return JSON.stringify(detail ?? "").includes("sha-256") ? true : undefined;
    });
    deepEqual(await keysUnder("platform/altered/"), []);
    const { Uploads = [] } = await relay.s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
    deepEqual(Uploads, []);
    relay.platform.put(id, 13_000_000, { fileName: "a.bin", digest: "sha-256" });
    await relay.jobThatIs("SUCCEEDED", jobId);
  });

  it("of a container that failed stays where it is, and can be read there", async () => {
    const jobId = await relay.submit("container", { code: 3, date: "2026-01-03" });
    const { outputs } = (await relay.jobThatIs("FAILED", jobId)) as EgressJob;
    deepEqual(await (await fetch(outputs?.links[0]?.url ?? "")).json(), { date: "2026-01-03", jobId });
  });

  it("of the stack's own jobs is copied when they succeed, and links lead to it", async () => {
    const jobId = await relay.submit("container", { date: "2026-01-02" });
    await relay.jobThatIs("SUCCEEDED", jobId);
    const key = `outputs/${jobId}/output.json`;
    const copied = await relay.eventually("the copy", () => relay.read(key, bucket));
    deepEqual(JSON.parse(copied), { date: "2026-01-02", jobId });
    const shown = await relay.eventually("the links", async () => {
      const { outputs } = (await relay.job(jobId)) as EgressJob;
      return outputs?.links.some(({ url }) => url.includes(bucket)) ? outputs : undefined;
    });
    deepEqual(
      shown.links.map(({ name }) => name),
      ["output.json"],
    );
    equal(await (await fetch(shown.links[0]?.url ?? "")).text(), copied);
    equal((await relay.notificationsOf(jobId)).length, 1);
  });
});
