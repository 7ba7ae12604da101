import assert from "node:assert/strict";
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { allow, delegation, startTestCloud, type TestCloud } from "../helpers/cloud";
import { refusal } from "../helpers/refusal";

const Bucket = "encrypted";
const there = { Bucket, Key: "there" };

/** What is done to an object of the bucket, and to an upload that the operator has begun. */
type Act = (
  client: S3Client,
  upload: { Bucket: string; Key: string; UploadId: string | undefined },
) => Promise<unknown>;

const acts: readonly (readonly [operation: string, needed: readonly string[], act: Act])[] = [
  [
    "PutObject",
    ["kms:GenerateDataKey"],
    (client) => client.send(new PutObjectCommand({ ...there, Body: "b" })),
  ],
  ["GetObject", ["kms:Decrypt"], (client) => client.send(new GetObjectCommand(there))],
  [
    "CopyObject",
    ["kms:GenerateDataKey", "kms:Decrypt"],
    (client) => client.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/there` })),
  ],
  [
    "CreateMultipartUpload",
    ["kms:GenerateDataKey"],
    (client) => client.send(new CreateMultipartUploadCommand({ Bucket, Key: "new" })),
  ],
  [
    "UploadPart",
    ["kms:Decrypt"],
    (client, upload) => client.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: "b" })),
  ],
  [
    "UploadPartCopy",
    ["kms:Decrypt"],
    (client, upload) =>
      client.send(new UploadPartCopyCommand({ ...upload, PartNumber: 1, CopySource: `${Bucket}/there` })),
  ],
  [
    "CompleteMultipartUpload",
    ["kms:Decrypt"],
    (client, upload) => {
      const Parts = [{ PartNumber: 2, ETag: "0cc175b9c0f1b6a831c399e269772661", ChecksumCRC32: "6Le+Qw==" }];
      return client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
    },
  ],
];

describe("A bucket that is encrypted with a key", () => {
  let cloud: TestCloud;
  let clients: S3Client[];
  let operator: S3Client;

  before(async () => {
    cloud = await startTestCloud();
    clients = [];
    operator = clientOf();
    const key = cloud.key([delegation]);
    const { arn } = cloud.messaging.createBucket(Bucket, {});
    cloud.access.keyUse.encrypt(arn, key);
    await operator.send(new PutObjectCommand({ ...there, Body: "a" }));
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

  /** A client that may do everything with S3, and these things with keys. */
  const clientWith = (name: string, kms: readonly string[]) =>
    clientOf(cloud.role(name, [allow("s3:*", "*"), ...kms.map((action) => allow(action, "*"))]));

  /** An upload with one part, the second. */
  async function begin() {
    const target = { Bucket, Key: "upload" };
    const { UploadId } = await operator.send(new CreateMultipartUploadCommand(target));
    await operator.send(new UploadPartCommand({ ...target, UploadId, PartNumber: 2, Body: "a" }));
    return { ...target, UploadId };
  }

  for (const [operation, needed, act] of acts) {
    it(`needs ${needed.join(" and ")} for ${operation}`, async () => {
      await act(clientWith(operation, needed), await begin());
    });

    for (const missing of needed) {
      it(`refuses ${operation} without ${missing}`, async () => {
        const others = ["kms:GenerateDataKey", "kms:Decrypt"].filter((action) => action !== missing);
        const client = clientWith(`${operation}-without-${missing.slice(4)}`, others);
        await assert.rejects(act(client, await begin()), refusal("AccessDenied", 403));
        assert.match(cloud.lines.at(-1) ?? "", new RegExp(`may not ${missing} on arn:aws:kms:`));
      });
    }
  }
});
