import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { allow, delegation, startTestCloud, type TestCloud } from "../helpers/cloud";

const Bucket = "outputs";
const Key = "egress/job 1/räport (1).csv";
const ResponseContentDisposition = `attachment; filename="report 1.csv"; filename*=UTF-8''r%C3%A4port.csv`;

describe("A presigned URL of a role's session", () => {
  let cloud: TestCloud;
  let clients: S3Client[];
  let reader: S3Client;

  before(async () => {
    cloud = await startTestCloud();
    clients = [];
    const { arn } = cloud.messaging.createBucket(Bucket, {});
    cloud.access.keyUse.encrypt(arn, cloud.key([delegation]));
    const object = { Bucket, Key, Body: "a;b", ContentType: "text/csv", ContentDisposition: "inline" };
    await clientOf().send(new PutObjectCommand(object));
    reader = clientOf(cloud.role("reader", [allow(["s3:GetObject", "kms:Decrypt"], "*")]));
  });

  after(async () => {
    for (const client of clients) client.destroy();
    await cloud.stop();
  });

  function clientOf(roleArn?: string): S3Client {
    const client = new S3Client({ ...cloud.settings(roleArn), forcePathStyle: true });
    clients.push(client);
    return client;
  }

  const presign = (input: object = {}, options: { signingDate?: Date } = {}, client = reader) =>
    getSignedUrl(client, new GetObjectCommand({ Bucket, Key, ...input }), { expiresIn: 60, ...options });

  it("gives the object to whoever has it, with the headers that it asks for", async () => {
    const url = await presign({ ResponseContentDisposition, ResponseContentType: "text/plain" });
    const response = await fetch(url);
    const header = (name: string) => response.headers.get(name);
    assert.match(url, /&X-Amz-Security-Token=/);
    assert.deepEqual(
      [response.status, header("content-disposition"), header("content-type"), await response.text()],
      [200, ResponseContentDisposition, "text/plain", "a;b"],
    );
  });

  it("gives the object with its own headers where it asks for no others, and a range of it", async () => {
    const response = await fetch(await presign(), { headers: { range: "bytes=2-" } });
    const { status, headers } = response;
    assert.deepEqual(
      [status, headers.get("content-disposition"), headers.get("content-type"), await response.text()],
      [206, "inline", "text/csv", "b"],
    );
  });

  it("works with curl", async () => {
    const { stdout } = await promisify(execFile)("curl", ["--silent", "--fail", await presign()]);
    assert.equal(stdout, "a;b");
  });

  const aMinuteAgo = () => new Date(Date.now() - 61_000);
  const edit = (url: string, parameter: string, change: (value: string) => string) => {
    const edited = new URL(url);
    edited.searchParams.set(parameter, change(edited.searchParams.get(parameter) ?? ""));
    return edited.href;
  };
  const refused: readonly (readonly [
    title: string,
    url: () => Promise<string>,
    code: string,
    message: RegExp,
    method?: string,
  ])[] = [
    ["after it has expired", () => presign({}, { signingDate: aMinuteAgo() }), "AccessDenied", /has expired/],
    [
      "when its expiry is put off",
      async () => edit(await presign({}, { signingDate: aMinuteAgo() }), "X-Amz-Expires", () => "600"),
      "SignatureDoesNotMatch",
      /does not match/,
    ],
    [
      "for another object",
      async () => (await presign()).replace("job%201", "job%202"),
      "SignatureDoesNotMatch",
      /does not match/,
    ],
    [
      "with another file name",
      async () =>
        edit(await presign({ ResponseContentDisposition }), "response-content-disposition", () => "inline"),
      "SignatureDoesNotMatch",
      /does not match/,
    ],
    [
      "with another signature",
      async () => edit(await presign(), "X-Amz-Signature", (value) => [...value].reverse().join("")),
      "SignatureDoesNotMatch",
      /does not match/,
    ],
    [
      "with another session's token",
      async () => edit(await presign(), "X-Amz-Security-Token", (value) => value.slice(1)),
      "InvalidToken",
      /malformed|invalid/,
    ],
    ["for writing", () => presign(), "SignatureDoesNotMatch", /does not match/, "PUT"],
    [
      "when the role may not read the object itself",
      () => presign({}, {}, clientOf(cloud.role("stranger", [allow("s3:ListBucket", "*")]))),
      "AccessDenied",
      /s3:GetObject/,
    ],
    [
      "when the role may not use the bucket's key",
      () => presign({}, {}, clientOf(cloud.role("keyless", [allow("s3:GetObject", "*")]))),
      "AccessDenied",
      /kms:Decrypt/,
    ],
  ];
  for (const [title, url, code, message, method = "GET"] of refused) {
    it(`is refused ${title}`, async () => {
      const response = await fetch(await url(), { method });
      const body = await response.text();
      const element = (name: string) => new RegExp(`<${name}>([^<]*)<`).exec(body)?.[1] ?? body;
      assert.deepEqual([response.status, element("Code")], [code === "InvalidToken" ? 400 : 403, code]);
      assert.match(element("Message"), message);
    });
  }
});
