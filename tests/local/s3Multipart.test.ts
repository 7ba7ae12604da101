import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
  type CompleteMultipartUploadCommandInput,
  type CreateMultipartUploadCommandInput,
} from "@aws-sdk/client-s3";
import { startTestCloud } from "../helpers/cloud";
import { MessagingHarness } from "../helpers/messaging";
import { refusal } from "../helpers/refusal";

const Bucket = "plain";
const fiveMebibytes = 5 * 1024 * 1024;

/** As S3 writes a CRC-32. */
function base64Crc32(data: Buffer): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(data));
  return bytes.toString("base64");
}

/** Begins an upload and sends its parts, each with its CRC-32. */
async function uploadParts(
  client: S3Client,
  Key: string,
  parts: readonly Buffer[],
  settings: Partial<CreateMultipartUploadCommandInput> = {},
) {
  const begun = await client.send(new CreateMultipartUploadCommand({ Bucket, Key, ...settings }));
  const { UploadId } = begun;
  const Parts = [];
  for (const [index, Body] of parts.entries()) {
    const part = { Bucket, Key, UploadId, PartNumber: index + 1, ChecksumAlgorithm: "CRC32" } as const;
    const { ETag, ChecksumCRC32 } = await client.send(new UploadPartCommand({ ...part, Body }));
    Parts.push({ PartNumber: part.PartNumber, ETag, ChecksumCRC32 });
  }
  return { begun, Parts, complete: { Bucket, Key, UploadId, MultipartUpload: { Parts } } };
}

const fullObject = { ChecksumAlgorithm: "CRC32", ChecksumType: "FULL_OBJECT" } as const;

describe("A multipart upload", () => {
  let harness: MessagingHarness;
  let client: S3Client;

  before(async () => {
    harness = await MessagingHarness.start();
    await harness.listen();
    client = harness.s3({ forcePathStyle: true });
    harness.messaging.createBucket(Bucket, {});
    harness.messaging.createBucket("versioned", { versioning: true });
  });

  after(() => harness.stop());

  const finish = (input: CompleteMultipartUploadCommandInput) =>
    client.send(new CompleteMultipartUploadCommand(input));

  it("has the CRC-32 of the whole object when it is begun with that", async () => {
    const data = [Buffer.alloc(fiveMebibytes, "a"), Buffer.from("the end")];
    const { begun, Parts, complete } = await uploadParts(client, "whole", data, fullObject);
    const ChecksumCRC32 = base64Crc32(Buffer.concat(data));
    const done = await finish({ ...complete, ChecksumType: "FULL_OBJECT", ChecksumCRC32 });
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: "whole", ChecksumMode: "ENABLED" }));
    assert.deepEqual([begun.ChecksumAlgorithm, begun.ChecksumType], ["CRC32", "FULL_OBJECT"]);
    assert.deepEqual(
      Parts.map((part) => part.ChecksumCRC32),
      data.map(base64Crc32),
    );
    for (const answer of [done, head]) {
      assert.deepEqual([answer.ChecksumCRC32, answer.ChecksumType], [ChecksumCRC32, "FULL_OBJECT"]);
    }
  });

  const refusals: readonly (readonly [
    title: string,
    input: Partial<CompleteMultipartUploadCommandInput>,
    code: string,
  ])[] = [
    ["another CRC-32", { ChecksumCRC32: "AAAAAA==" }, "BadDigest"],
    ["another type of checksum", { ChecksumType: "COMPOSITE" }, "BadDigest"],
    ["a checksum of another algorithm", { ChecksumCRC32C: "AAAAAA==" }, "InvalidRequest"],
    ["another size", { MpuObjectSize: 4 }, "InvalidRequest"],
    [
      "a part's checksum that is not its own",
      { MultipartUpload: partWith({ ChecksumCRC32: "AAAAAA==" }) },
      "InvalidPart",
    ],
    ["a part's ETag that is not its own", { MultipartUpload: partWith({ ETag: '"other"' }) }, "InvalidPart"],
  ];
  for (const [title, input, name] of refusals) {
    it(`is refused with ${title}, and can be completed after that`, async () => {
      const { complete } = await uploadParts(client, "refused", [Buffer.from("abc")], fullObject);
      await assert.rejects(finish({ ...complete, ...input }), refusal(name, 400));
      assert.equal(
        (await finish({ ...complete, MpuObjectSize: 3 })).ChecksumCRC32,
        base64Crc32(Buffer.from("abc")),
      );
    });
  }

  function partWith(change: object) {
    const part = { PartNumber: 1, ETag: '"900150983cd24fb0d6963f7d28e17f72"', ...change };
    return { Parts: [part] };
  }

  it("takes copies of ranges of another object for parts", async () => {
    const source = randomBytes(fiveMebibytes + 10);
    const put = { Bucket: "versioned", Key: "source", Body: source };
    const { VersionId } = await client.send(new PutObjectCommand(put));
    const target = { Bucket, Key: "copied" };
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...target, ...fullObject }));
    const Parts = [];
    for (const [index, CopySourceRange] of ["bytes=5-5242884", "bytes=0-4"].entries()) {
      const part = { ...target, UploadId, PartNumber: index + 1, CopySource: "versioned/source" };
      const copied = await client.send(new UploadPartCopyCommand({ ...part, CopySourceRange }));
      assert.equal(copied.CopySourceVersionId, VersionId);
      const { ETag, ChecksumCRC32 } = copied.CopyPartResult ?? {};
      Parts.push({ PartNumber: part.PartNumber, ETag, ChecksumCRC32 });
    }
    await finish({ ...target, UploadId, MultipartUpload: { Parts } });
    const { Body } = await client.send(new GetObjectCommand(target));
    const expected = Buffer.concat([source.subarray(5, fiveMebibytes + 5), source.subarray(0, 5)]);
    assert.ok(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(expected));
  });

  for (const CopySourceRange of ["bytes=0-10", "bytes=10-10", "bytes=2-", "bytes=-2", "bytes=2-1", "2-3"]) {
    it(`takes no part from the range ${CopySourceRange} of ten bytes`, async () => {
      await client.send(new PutObjectCommand({ Bucket, Key: "ten", Body: "0123456789" }));
      const target = { Bucket, Key: "copied" };
      const { UploadId } = await client.send(new CreateMultipartUploadCommand(target));
      const part = { ...target, UploadId, PartNumber: 1, CopySource: "plain/ten", CopySourceRange };
      await assert.rejects(client.send(new UploadPartCopyCommand(part)), refusal("InvalidArgument", 400));
    });
  }

  it("lists its parts page by page, the number to go on from always with them", async () => {
    const parts = ["a", "b", "c"].map((text) => Buffer.from(text));
    const { complete } = await uploadParts(client, "listed", parts, fullObject);
    const { Key, UploadId } = complete;
    const list = async (PartNumberMarker?: string) => {
      const page = await client.send(
        new ListPartsCommand({ Bucket, Key, UploadId, MaxParts: 2, PartNumberMarker }),
      );
      const numbers = page.Parts?.map(({ PartNumber }) => PartNumber) ?? [];
      return [numbers, page.NextPartNumberMarker, page.IsTruncated];
    };
    assert.deepEqual(await list(), [[1, 2], "2", true]);
    assert.deepEqual(await list("2"), [[3], "3", false]);
    assert.deepEqual(await list("3"), [[], "0", false]);
    const { Parts, ChecksumAlgorithm, ChecksumType } = await client.send(
      new ListPartsCommand({ Bucket, Key, UploadId, PartNumberMarker: "2" }),
    );
    assert.deepEqual([ChecksumAlgorithm, ChecksumType], ["CRC32", "FULL_OBJECT"]);
    assert.deepEqual(Parts, [
      {
        PartNumber: 3,
        ETag: '"4a8a08f09d37b73795649038408b5f33"',
        Size: 1,
        ChecksumCRC32: base64Crc32(Buffer.from("c")),
        LastModified: new Date(harness.clock.now()),
      },
    ]);
  });

  it("is gone with its parts when it is aborted", async () => {
    const { complete } = await uploadParts(client, "aborted", [Buffer.from("a")]);
    const upload = { Bucket, Key: "aborted", UploadId: complete.UploadId };
    await client.send(new AbortMultipartUploadCommand(upload));
    for (const run of [
      () => client.send(new ListPartsCommand(upload)),
      () => client.send(new UploadPartCommand({ ...upload, PartNumber: 2, Body: "b" })),
      () => client.send(new AbortMultipartUploadCommand(upload)),
      () => finish(complete),
    ]) {
      await assert.rejects(run, refusal("NoSuchUpload", 404));
    }
    await assert.rejects(client.send(new HeadObjectCommand({ Bucket, Key: "aborted" })), {
      name: "NotFound",
    });
  });

  it("is listed page by page with others, several of one key too", async () => {
    harness.messaging.createBucket("uploads", {});
    const ids = [];
    for (const Key of ["b", "a", "b", "b"]) {
      const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket: "uploads", Key }));
      ids.push(UploadId);
    }
    const found = [];
    let markers: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } = {};
    for (let truncated: boolean | undefined = true; truncated;) {
      const page = await client.send(
        new ListMultipartUploadsCommand({ Bucket: "uploads", MaxUploads: 1, ...markers }),
      );
      found.push(...(page.Uploads ?? []).map(({ UploadId }) => UploadId));
      markers = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
      truncated = page.IsTruncated;
    }
    assert.deepEqual(found, [ids[1], ids[0], ids[2], ids[3]]);
  });
});

describe("A multipart upload of 200 MiB through the endpoint", function () {
  this.timeout(60_000);

  it("arrives, and comes back the same", async () => {
    const cloud = await startTestCloud();
    const client = new S3Client({ ...cloud.settings(), forcePathStyle: true });
    try {
      cloud.messaging.createBucket(Bucket, {});
      const part = randomBytes(8 * 1024 * 1024);
      const { complete } = await uploadParts(
        client,
        "large",
        Array.from({ length: 25 }, () => part),
        fullObject,
      );
      const { ChecksumCRC32 } = await client.send(new CompleteMultipartUploadCommand(complete));
      const { Body, ContentLength } = await client.send(new GetObjectCommand({ Bucket, Key: "large" }));
      let checksum = 0;
      for await (const chunk of Body as AsyncIterable<Buffer>) checksum = crc32(chunk, checksum);
      assert.equal(ContentLength, 25 * part.length);
      assert.equal(Buffer.from(ChecksumCRC32 ?? "", "base64").readUInt32BE(), checksum);
    } finally {
      client.destroy();
      await cloud.stop();
    }
  });
});
