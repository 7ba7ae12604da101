import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
  type PutObjectCommandInput,
  type S3Client,
  type S3ServiceException,
} from "@aws-sdk/client-s3";
import type { RequiredPermission } from "../../local/services/service";
import { MessagingHarness } from "../helpers/messaging";

const md5 = (data: string | Buffer) => createHash("md5").update(data).digest("hex");

describe("the local S3", () => {
  let harness: MessagingHarness;
  let client: S3Client;

  beforeEach(async () => {
    harness = await MessagingHarness.start();
    await harness.listen();
    client = harness.s3({ forcePathStyle: true });
    harness.messaging.createBucket("plain", {});
    harness.messaging.createBucket("versioned", { versioning: true });
  });

  afterEach(() => harness.stop());

  const put = (input: Partial<PutObjectCommandInput>) =>
    client.send(new PutObjectCommand({ Bucket: "plain", Key: "a.txt", Body: "hello", ...input }));

  const textOf = async (Key: string, Bucket = "plain", more: object = {}) => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, ...more }));
    return Body?.transformToString();
  };

  const rejects = (run: Promise<unknown>, code: string, status: number) =>
    assert.rejects(run, (error: S3ServiceException) => {
      assert.deepEqual([error.name, error.$metadata.httpStatusCode], [code, status]);
      return true;
    });

  it("lists keys by the bytes of UTF-8, page by page, from any key on", async () => {
    const keys = ["a", "a/b", "a/\u{1F600}", "a/\uff01", "b", "a/ä", "a0"];
    for (const Key of keys) await put({ Key });
    const sorted = [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const listed: (string | undefined)[] = [];
    for (let token: string | undefined, more = true; more; more = token !== undefined) {
      const page = { MaxKeys: 2, ContinuationToken: token };
      const answer = await client.send(new ListObjectsV2Command({ Bucket: "plain", ...page }));
      listed.push(...(answer.Contents ?? []).map(({ Key }) => Key));
      token = answer.NextContinuationToken;
    }
    assert.deepEqual(listed, sorted);
    const from = async (input: object) =>
      (await client.send(new ListObjectsV2Command({ Bucket: "plain", ...input }))).Contents?.map(
        ({ Key }) => Key,
      );
    assert.deepEqual(
      await from({ Prefix: "a/" }),
      sorted.filter((key) => key.startsWith("a/")),
    );
    assert.deepEqual(await from({ Prefix: "a/", StartAfter: "a/b" }), ["a/ä", "a/\uff01", "a/\u{1F600}"]);
    assert.deepEqual(
      await from({ Prefix: "a/", StartAfter: "a" }),
      sorted.filter((key) => key.startsWith("a/")),
    );
    assert.deepEqual(await from({ Prefix: "a/", StartAfter: "b" }), undefined);
  });

  it("keeps an object with its headers, metadata and checksum", async () => {
    const stored = await put({
      Key: "in/ä b+c.txt",
      ContentType: "text/plain",
      ContentDisposition: 'attachment; filename="a.txt"',
      ContentEncoding: "gzip",
      CacheControl: "no-store",
      Metadata: { job: "7" },
      Tagging: "stack=dev",
    });
    const { Body, $metadata, ...got } = await client.send(
      new GetObjectCommand({ Bucket: "plain", Key: "in/ä b+c.txt", ChecksumMode: "ENABLED" }),
    );
    assert.equal(await Body?.transformToString(), "hello");
    assert.equal($metadata.httpStatusCode, 200);
    assert.deepEqual([stored.ETag, stored.ChecksumCRC32], [`"${md5("hello")}"`, "NhCmhg=="]);
    assert.deepEqual(got, {
      AcceptRanges: "bytes",
      LastModified: new Date("2026-03-01T12:00:00.000Z"),
      ContentLength: 5,
      ETag: `"${md5("hello")}"`,
      ChecksumCRC32: "NhCmhg==",
      ChecksumType: "FULL_OBJECT",
      CacheControl: "no-store",
      ContentDisposition: 'attachment; filename="a.txt"',
      ContentEncoding: "gzip",
      ContentType: "text/plain",
      ServerSideEncryption: "AES256",
      Metadata: { job: "7" },
      TagCount: 1,
    });
  });

  it("takes a stream in chunks with a checksum behind it", async () => {
    const { Readable } = await import("node:stream");
    const body = Buffer.alloc(200_000, "stream");
    await put({
      Body: Readable.from([body.subarray(0, 70_000), body.subarray(70_000)]),
      ContentLength: body.length,
    });
    const head = await client.send(
      new HeadObjectCommand({ Bucket: "plain", Key: "a.txt", ChecksumMode: "ENABLED" }),
    );
    assert.deepEqual(
      [head.ContentLength, head.ETag, head.ContentEncoding],
      [200_000, `"${md5(body)}"`, undefined],
    );
    assert.ok(head.ChecksumCRC32);
  });

  it("answers in virtual-host style too", async () => {
    const hosts = [
      "plain.localhost:4566",
      "plain.s3.eu-west-1.amazonaws.com",
      "127.0.0.1:4566",
      "s3.localhost",
    ];
    await put({});
    const bodies = await Promise.all(
      hosts.map(async (host, index) => {
        const path = index < 2 ? "/a.txt" : "/plain/a.txt";
        const { body } = await harness.request("s3", { method: "GET", path, headers: { host } });
        return body.toString();
      }),
    );
    assert.deepEqual(bodies, ["hello", "hello", "hello", "hello"]);
  });

  it("gives ranges", async () => {
    await put({});
    const ranges = ["bytes=1-2", "bytes=3-", "bytes=-2", "bytes=1-99", "bytes=0-0,2-2", "lines=1-2"];
    const texts = await Promise.all(ranges.map((Range) => textOf("a.txt", "plain", { Range })));
    assert.deepEqual(texts, ["el", "lo", "lo", "ello", "hello", "hello"]);
    await rejects(textOf("a.txt", "plain", { Range: "bytes=5-" }), "InvalidRange", 416);
  });

  it("gives an object on conditions", async () => {
    await put({});
    const get = (conditions: object) => textOf("a.txt", "plain", conditions);
    assert.equal(await get({ IfMatch: `"${md5("hello")}"` }), "hello");
    await rejects(get({ IfMatch: '"other"' }), "PreconditionFailed", 412);
    await rejects(get({ IfNoneMatch: `"${md5("hello")}"` }), "Unknown", 304);
    await rejects(get({ IfModifiedSince: new Date("2026-03-01T12:00:00Z") }), "Unknown", 304);
    await rejects(get({ IfUnmodifiedSince: new Date("2026-03-01T11:00:00Z") }), "PreconditionFailed", 412);
  });

  it("writes on conditions", async () => {
    await put({ IfNoneMatch: "*" });
    await rejects(put({ IfNoneMatch: "*" }), "PreconditionFailed", 412);
    await rejects(put({ IfMatch: '"other"' }), "PreconditionFailed", 412);
    await put({ IfMatch: `"${md5("hello")}"`, Body: "changed" });
    await rejects(put({ Key: "new", IfMatch: '"other"' }), "NoSuchKey", 404);
    await rejects(put({ IfNoneMatch: '"other"' }), "NotImplemented", 501);
    assert.equal(await textOf("a.txt"), "changed");
  });

  it("refuses data that is not what its checksums say", async () => {
    const send = async (headers: Record<string, string>, body = "hello") => {
      const request = { method: "PUT", path: "/plain/a.txt", headers, body: Buffer.from(body) };
      const response = await harness.request("s3", request);
      return /<Code>(\w+)/.exec(response.body.toString())?.[1] ?? response.status;
    };
    const trailer = {
      "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
      "x-amz-trailer": "x-amz-checksum-crc32",
      "x-amz-decoded-content-length": "5",
    };
    const signed = {
      "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
      "x-amz-decoded-content-length": "5",
    };
    const results = [
      await send({ "content-md5": "XUFAKrxLKna5cZ2REBfFkg==" }),
      await send({ "content-md5": "AAAAAAAAAAAAAAAAAAAAAA==" }),
      await send({ "content-md5": "short" }),
      await send({ "x-amz-checksum-sha256": "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=" }),
      await send({ "x-amz-checksum-crc32c": "AAAAAA==" }),
      await send({ "x-amz-checksum-crc64nvme": "M3eFcAZSQlc=" }),
      await send({ "x-amz-content-sha256": "0".repeat(64) }),
      await send(trailer, "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n"),
      await send(trailer, "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n"),
      await send(trailer, "5\r\nhello\r\n0\r\n\r\n"),
      await send(trailer, "5\r\nhel"),
      await send(
        signed,
        "3;chunk-signature=ab\r\nhel\r\n2;chunk-signature=cd\r\nlo\r\n0;chunk-signature=ef\r\n\r\n",
      ),
      await send(signed, "3;chunk-signature=ab\r\nhel\r\n0;chunk-signature=ef\r\n\r\n"),
    ];
    assert.deepEqual(results, [
      ...[200, "BadDigest", "InvalidDigest", 200, "BadDigest", 200, "XAmzContentSHA256Mismatch"],
      ...[200, "BadDigest", "MalformedTrailerError", "IncompleteBody", 200, "IncompleteBody"],
    ]);
    assert.equal(await textOf("a.txt"), "hello");
  });

  it("copies an object, with its metadata or with new", async () => {
    await put({ Key: "from here", ContentType: "text/plain", Metadata: { job: "7" } });
    const copy = (more: object) =>
      client.send(
        new CopyObjectCommand({ Bucket: "plain", Key: "to", CopySource: "plain/from%20here", ...more }),
      );
    const { CopyObjectResult } = await copy({});
    const kept = await client.send(new HeadObjectCommand({ Bucket: "plain", Key: "to" }));
    await copy({ MetadataDirective: "REPLACE", ContentType: "text/csv" });
    const replaced = await client.send(new HeadObjectCommand({ Bucket: "plain", Key: "to" }));
    assert.equal(CopyObjectResult?.ETag, `"${md5("hello")}"`);
    assert.deepEqual([kept.ContentType, kept.Metadata], ["text/plain", { job: "7" }]);
    assert.deepEqual([replaced.ContentType, replaced.Metadata], ["text/csv", {}]);
    await rejects(copy({ CopySourceIfMatch: '"other"' }), "PreconditionFailed", 412);
    await rejects(copy({ CopySource: "plain/none" }), "NoSuchKey", 404);
    await rejects(copy({ CopySource: "plain/to" }), "InvalidRequest", 400);
  });

  it("lists page by page, with common prefixes", async () => {
    for (const Key of ["a/1", "a/2", "b", "c/1", "d d"]) await put({ Key });
    const list = async (more: object) => {
      const page = await client.send(new ListObjectsV2Command({ Bucket: "plain", ...more }));
      const keys = page.Contents?.map(({ Key }) => Key) ?? [];
      const prefixes = page.CommonPrefixes?.map(({ Prefix }) => Prefix) ?? [];
      return { keys, prefixes, next: page.NextContinuationToken, count: page.KeyCount };
    };
    const first = await list({ Delimiter: "/", MaxKeys: 2 });
    const second = await list({ Delimiter: "/", MaxKeys: 2, ContinuationToken: first.next });
    assert.deepEqual([first.keys, first.prefixes, first.count], [["b"], ["a/"], 2]);
    assert.deepEqual(second, { keys: ["d d"], prefixes: ["c/"], next: undefined, count: 2 });
    assert.deepEqual((await list({ Prefix: "a/" })).keys, ["a/1", "a/2"]);
    assert.deepEqual((await list({ StartAfter: "b", EncodingType: "url" })).keys, ["c/1", "d+d"]);
    assert.deepEqual((await list({ MaxKeys: 0 })).keys, []);
  });

  it("uploads in parts", async () => {
    const target = { Bucket: "plain", Key: "big" };
    const big = Buffer.alloc(5 * 1024 * 1024, "x");
    await put({ Key: "source", Body: "0123456789" });
    const { UploadId } = await client.send(
      new CreateMultipartUploadCommand({ ...target, ContentType: "text/plain", ChecksumAlgorithm: "CRC32" }),
    );
    const one = await client.send(new UploadPartCommand({ ...target, UploadId, PartNumber: 1, Body: big }));
    const two = await client.send(
      new UploadPartCopyCommand({
        ...target,
        ...{ UploadId, PartNumber: 3, CopySource: "plain/source", CopySourceRange: "bytes=2-4" },
      }),
    );
    const listed = await client.send(new ListPartsCommand({ ...target, UploadId }));
    const uploads = await client.send(new ListMultipartUploadsCommand({ Bucket: "plain" }));
    assert.deepEqual(
      listed.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size]),
      [
        [1, big.length],
        [3, 3],
      ],
    );
    assert.deepEqual(
      uploads.Uploads?.map(({ Key }) => Key),
      ["big"],
    );
    const Parts = [
      { PartNumber: 1, ETag: one.ETag, ChecksumCRC32: one.ChecksumCRC32 },
      { PartNumber: 3, ETag: two.CopyPartResult?.ETag, ChecksumCRC32: two.CopyPartResult?.ChecksumCRC32 },
    ];
    const complete = (parts: typeof Parts) =>
      client.send(
        new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts: parts } }),
      );
    await rejects(complete([...Parts].reverse()), "InvalidPartOrder", 400);
    await rejects(complete([{ PartNumber: 2, ETag: "x", ChecksumCRC32: undefined }]), "InvalidPart", 400);
    const done = await complete(Parts);
    const digests = [md5(big), md5("234")].map((digest) => Buffer.from(digest, "hex"));
    assert.equal(done.ETag, `"${md5(Buffer.concat(digests))}-2"`);
    assert.match(done.ChecksumCRC32 ?? "", /-2$/);
    const head = await client.send(new HeadObjectCommand({ ...target, PartNumber: 2 }));
    assert.deepEqual([head.ContentLength, head.PartsCount, head.ContentType], [3, 2, "text/plain"]);
    assert.equal(await textOf("big", "plain", { Range: `bytes=${big.length - 1}-` }), "x234");
    await rejects(complete(Parts), "NoSuchUpload", 404);
  });

  it("keeps versions where the bucket has them", async () => {
    const target = { Bucket: "versioned", Key: "a.txt" };
    const first = await put({ ...target, Body: "one" });
    const second = await put({ ...target, Body: "two" });
    const deleted = await client.send(new DeleteObjectCommand(target));
    assert.deepEqual([deleted.DeleteMarker, typeof deleted.VersionId], [true, "string"]);
    await rejects(textOf("a.txt", "versioned"), "NoSuchKey", 404);
    assert.equal(await textOf("a.txt", "versioned", { VersionId: first.VersionId }), "one");
    await rejects(textOf("a.txt", "versioned", { VersionId: deleted.VersionId }), "MethodNotAllowed", 405);
    const listed = await client.send(new ListObjectVersionsCommand({ Bucket: "versioned" }));
    assert.deepEqual(
      [...(listed.DeleteMarkers ?? []), ...(listed.Versions ?? [])].map(({ VersionId, IsLatest }) => [
        VersionId,
        IsLatest,
      ]),
      [
        [deleted.VersionId, true],
        [second.VersionId, false],
        [first.VersionId, false],
      ],
    );
    await client.send(new DeleteObjectCommand({ ...target, VersionId: deleted.VersionId }));
    assert.equal(await textOf("a.txt", "versioned"), "two");
  });

  it("deletes several objects, also such as are not there", async () => {
    await put({ Key: "a" });
    const { Deleted } = await client.send(
      new DeleteObjectsCommand({ Bucket: "plain", Delete: { Objects: [{ Key: "a" }, { Key: "b & c" }] } }),
    );
    assert.deepEqual(Deleted, [{ Key: "a" }, { Key: "b & c" }]);
    const { KeyCount } = await client.send(new ListObjectsV2Command({ Bucket: "plain" }));
    assert.equal(KeyCount, 0);
  });

  it("keeps tags", async () => {
    const TagSet = [{ Key: "stack", Value: "dev" }];
    await put({});
    await client.send(new PutObjectTaggingCommand({ Bucket: "plain", Key: "a.txt", Tagging: { TagSet } }));
    const tagging = await client.send(new GetObjectTaggingCommand({ Bucket: "plain", Key: "a.txt" }));
    assert.deepEqual(tagging.TagSet, TagSet);
    assert.equal(await textOf("a.txt"), "hello");
  });

  it("says where a bucket is, and that there is none", async () => {
    const location = await client.send(new GetBucketLocationCommand({ Bucket: "plain" }));
    assert.equal(location.LocationConstraint, "eu-west-1");
    await rejects(client.send(new HeadBucketCommand({ Bucket: "missing" })), "NotFound", 404);
    await rejects(put({ Bucket: "missing" }), "NoSuchBucket", 404);
    await rejects(client.send(new HeadObjectCommand({ Bucket: "plain", Key: "none" })), "NotFound", 404);
  });

  it("answers errors in XML, and those of HEAD without a body", async () => {
    const get = await harness.request("s3", { method: "GET", path: "/plain/a%26b" });
    const head = await harness.request("s3", { method: "HEAD", path: "/plain/a%26b" });
    const { "x-amz-request-id": id, "x-amz-id-2": host } = get.headers;
    assert.equal(
      get.body,
      '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message>' +
        `<Key>a&amp;b</Key><RequestId>${id}</RequestId><HostId>${host}</HostId></Error>`,
    );
    assert.deepEqual([get.status, head.status, head.body], [404, 404, ""]);
  });

  for (const parameter of ["acl", "renameObject", "website", "partNumber=1", "versionId=x"]) {
    it(`does not take a PUT with ?${parameter} for the object itself`, async () => {
      const query = parameter;
      const response = await harness.request("s3", {
        method: "PUT",
        path: "/plain/a.txt",
        query,
        body: Buffer.from("x"),
      });
      assert.deepEqual(
        [response.status, /<Code>(\w+)/.exec(response.body.toString())?.[1]],
        [501, "NotImplemented"],
      );
      await rejects(textOf("a.txt"), "NoSuchKey", 404);
    });
  }

  it("takes headers that presigning moved to the query, but no checksum from there", async () => {
    const query = "X-Amz-Signature=s&x-amz-meta-job=7&x-amz-checksum-crc32=AAAAAA%3D%3D&x-id=PutObject";
    const body = Buffer.from("hello");
    const response = await harness.request("s3", { method: "PUT", path: "/plain/a.txt", query, body });
    const head = await client.send(new HeadObjectCommand({ Bucket: "plain", Key: "a.txt" }));
    assert.deepEqual([response.status, head.Metadata], [200, { job: "7" }]);
  });

  const object = (action: string, key = "a.txt", bucket = "plain"): RequiredPermission => ({
    action,
    resource: `arn:aws:s3:::${bucket}/${key}`,
  });
  const bucket = (action: string, context?: Record<string, string>): RequiredPermission => ({
    action,
    resource: "arn:aws:s3:::plain",
    ...(context && { context }),
  });
  const decrypting = { keyActions: ["kms:Decrypt"] };
  const permissions: readonly (readonly [
    line: string,
    headers: Record<string, string>,
    needed: RequiredPermission[],
  ])[] = [
    ["GET /", {}, [{ action: "s3:ListAllMyBuckets", resource: "*" }]],
    ["PUT /plain/a.txt", {}, [object("s3:PutObject")]],
    [
      "PUT /plain/a.txt",
      { "if-match": "x", "x-amz-tagging": "a=b" },
      [object("s3:PutObject"), object("s3:PutObjectTagging"), object("s3:GetObject")],
    ],
    ["GET /plain/there", {}, [object("s3:GetObject", "there")]],
    ["GET /plain/missing", {}, [object("s3:GetObject", "missing"), bucket("s3:ListBucket")]],
    ["HEAD /plain/missing", {}, [object("s3:GetObject", "missing"), bucket("s3:ListBucket")]],
    ["GET /plain/there?versionId=1", {}, [object("s3:GetObjectVersion", "there")]],
    ["DELETE /plain/a.txt", {}, [object("s3:DeleteObject")]],
    ["DELETE /plain/a.txt?versionId=1", {}, [object("s3:DeleteObjectVersion")]],
    [
      "PUT /plain/a.txt",
      { "x-amz-copy-source": "/versioned/b" },
      [
        object("s3:GetObject", "b", "versioned"),
        { action: "s3:ListBucket", resource: "arn:aws:s3:::versioned" },
        object("s3:PutObject"),
      ],
    ],
    [
      "GET /plain?list-type=2&prefix=in%2F&max-keys=5",
      {},
      [bucket("s3:ListBucket", { "s3:prefix": "in/", "s3:max-keys": "5" })],
    ],
    ["GET /plain?versions", {}, [bucket("s3:ListBucketVersions", {})]],
    ["HEAD /plain", {}, [bucket("s3:ListBucket")]],
    ["POST /plain/a.txt?uploads", {}, [object("s3:PutObject")]],
    ["PUT /plain/a.txt?uploadId=1&partNumber=1", {}, [{ ...object("s3:PutObject"), ...decrypting }]],
    [
      "PUT /plain/a.txt?uploadId=1&partNumber=1",
      { "x-amz-copy-source": "plain/there" },
      [object("s3:GetObject", "there"), { ...object("s3:PutObject"), ...decrypting }],
    ],
    ["POST /plain/a.txt?uploadId=1", {}, [{ ...object("s3:PutObject"), ...decrypting }]],
    ["DELETE /plain/a.txt?uploadId=1", {}, [object("s3:AbortMultipartUpload")]],
    ["GET /plain/a.txt?uploadId=1", {}, [object("s3:ListMultipartUploadParts")]],
    ["GET /plain?uploads", {}, [bucket("s3:ListBucketMultipartUploads")]],
    ["GET /plain/a.txt?tagging", {}, [object("s3:GetObjectTagging")]],
  ];
  for (const [line, headers, needed] of permissions) {
    const names = needed.map(({ action }) => action).join(", ");
    it(`needs ${names} for ${line} ${Object.keys(headers).join(" ")}`, async () => {
      await put({ Key: "there" });
      const [method = "", path = "", query = ""] = line.split(/[ ?]/);
      assert.deepEqual(harness.permissions("s3", { method, path, query, headers }), needed);
    });
  }
});
