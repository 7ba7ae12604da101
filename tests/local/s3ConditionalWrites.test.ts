import assert from "node:assert/strict";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  UploadPartCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { MessagingHarness } from "../helpers/messaging";
import { refusal } from "../helpers/refusal";

const IfNoneMatch = "*";

/** Ways to write `new` to an object where there is none yet; `source` holds the same. */
const writes: Readonly<Record<string, (client: S3Client, Bucket: string, Key: string) => Promise<unknown>>> =
  {
    PutObject: (client, Bucket, Key) =>
      client.send(new PutObjectCommand({ Bucket, Key, Body: "new", IfNoneMatch })),
    CopyObject: (client, Bucket, Key) =>
      client.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/source`, IfNoneMatch })),
    CompleteMultipartUpload: async (client, Bucket, Key) => {
      const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
      const part = { Bucket, Key, UploadId, PartNumber: 1 };
      const { ETag, ChecksumCRC32 } = await client.send(new UploadPartCommand({ ...part, Body: "new" }));
      const MultipartUpload = { Parts: [{ PartNumber: 1, ETag, ChecksumCRC32 }] };
      const complete = { Bucket, Key, UploadId, MultipartUpload, IfNoneMatch };
      return client.send(new CompleteMultipartUploadCommand(complete));
    },
  };

describe("A write on the condition that there is nothing yet", () => {
  let harness: MessagingHarness;
  let client: S3Client;

  before(async () => {
    harness = await MessagingHarness.start();
    await harness.listen();
    client = harness.s3({ forcePathStyle: true });
    for (const Bucket of ["plain", "versioned"]) {
      harness.messaging.createBucket(Bucket, { versioning: Bucket === "versioned" });
      await client.send(new PutObjectCommand({ Bucket, Key: "source", Body: "new" }));
    }
  });

  after(() => harness.stop());

  const read = async (Bucket: string, Key: string) => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
    return Body?.transformToString();
  };

  for (const [operation, write] of Object.entries(writes)) {
    for (const Bucket of ["plain", "versioned"]) {
      it(`is done by ${operation} to a ${Bucket} bucket once, and refused with 412 from then on`, async () => {
        const Key = `${operation}/once`;
        await write(client, Bucket, Key);
        await assert.rejects(write(client, Bucket, Key), refusal("PreconditionFailed", 412));
        assert.equal(await read(Bucket, Key), "new");
      });
    }

    it(`leaves what is there as it is when ${operation} is refused`, async () => {
      const Key = `${operation}/there`;
      await client.send(new PutObjectCommand({ Bucket: "plain", Key, Body: "old" }));
      await assert.rejects(write(client, "plain", Key), { name: "PreconditionFailed" });
      assert.equal(await read("plain", Key), "old");
    });

    it(`is done by ${operation} where what was there is deleted`, async () => {
      const object = { Bucket: "versioned", Key: `${operation}/deleted` };
      await client.send(new PutObjectCommand({ ...object, Body: "old" }));
      await client.send(new DeleteObjectCommand(object));
      await write(client, object.Bucket, object.Key);
      assert.equal(await read(object.Bucket, object.Key), "new");
    });
  }

  it("leaves an upload that is refused to be aborted", async () => {
    const object = { Bucket: "plain", Key: "refused" };
    await client.send(new PutObjectCommand({ ...object, Body: "old" }));
    await assert.rejects(async () => writes["CompleteMultipartUpload"]?.(client, object.Bucket, object.Key), {
      name: "PreconditionFailed",
    });
    const list = new ListMultipartUploadsCommand({ Bucket: object.Bucket, Prefix: object.Key });
    const { Uploads = [] } = await client.send(list);
    assert.equal(Uploads.length, 1);
    await client.send(new AbortMultipartUploadCommand({ ...object, UploadId: Uploads[0]?.UploadId }));
    assert.equal((await client.send(list)).Uploads, undefined);
  });
});
