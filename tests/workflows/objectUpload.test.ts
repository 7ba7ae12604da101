import { deepEqual, equal, rejects } from "node:assert/strict";
import {
  CreateBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { abortUpload, newUpload, resumeUpload } from "../../functions/lib/egress/objectUpload";
import { sharedRelay, type Relay } from "../helpers/relay";

const partBytes = 5 * 1024 * 1024;
const part = (letter: string, length = partBytes) => Buffer.alloc(length, letter);

describe("The upload of an object in parts", () => {
  const bucket = "object-uploads";
  let relay: Relay;
  let s3: S3Client;
  before(async function () {
    this.timeout(60_000);
    relay = await sharedRelay();
    s3 = relay.s3;
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
    await s3.send(
      new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: "Enabled" } }),
    );
  });

  const targetOf = (key: string) => ({
    bucket,
    key,
    contentType: "application/json",
    contentDisposition: 'attachment; filename="a.json"',
  });
  const uploads = async () =>
    (await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads?.length ?? 0;
  const versions = async (key: string) =>
    (await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: key }))).Versions?.length ?? 0;

  it("is one request when it has one part", async () => {
    const upload = newUpload(s3, targetOf("small"));
    equal(await upload.put(Buffer.from("{}")), true);
    const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: "small" }));
    deepEqual(
      [head.ContentType, head.ContentDisposition, head.ContentLength],
      ["application/json", 'attachment; filename="a.json"', 2],
    );
    equal(await relay.read("small", bucket), "{}");
  });

  it("puts parts together in their order, and lets S3 compare the checksum of all bytes", async () => {
    const upload = newUpload(s3, targetOf("large"));
    for (const each of [part("a"), part("b"), part("c"), part("d", 7)]) await upload.add(each);
    equal(await upload.complete(), true);
    const text = (await relay.read("large", bucket)) ?? "";
    equal(text, "a".repeat(partBytes) + "b".repeat(partBytes) + "c".repeat(partBytes) + "d".repeat(7));
    equal(await uploads(), 0);
  });

  it("is continued by another, which knows only how far it has come", async () => {
    const first = newUpload(s3, targetOf("continued"));
    await first.add(part("a"));
    await first.add(part("b"));
    const progress = await first.settle();
    // Whatever arrived after that is of no account.
    await first.add(part("x"));
    await first.settle();
    if (!progress) throw new Error("nothing was begun");
    const second = await resumeUpload(s3, targetOf("continued"), { ...progress, partBytes });
    equal(second.bytes(), 2 * partBytes);
    await second.add(part("c"));
    await second.add(part("d", 3));
    equal(await second.complete(), true);
    const text = (await relay.read("continued", bucket)) ?? "";
    equal(text, "a".repeat(partBytes) + "b".repeat(partBytes) + "c".repeat(partBytes) + "ddd");
  });

  it("writes nothing over an object, and leaves no parts then", async () => {
    equal(await newUpload(s3, targetOf("once")).put(Buffer.from("first")), true);
    equal(await newUpload(s3, targetOf("once")).put(Buffer.from("second")), false);
    const upload = newUpload(s3, targetOf("once"));
    await upload.add(part("a"));
    equal(await upload.complete(), false);
    deepEqual([await relay.read("once", bucket), await versions("once"), await uploads()], ["first", 1, 0]);
  });

  it("leaves no parts when it is given up, once or twice", async () => {
    const upload = newUpload(s3, targetOf("given-up"));
    await upload.add(part("a"));
    const { uploadId = "" } = (await upload.settle()) ?? {};
    await upload.abort();
    await upload.abort();
    await abortUpload(s3, { bucket, key: "given-up", uploadId });
    deepEqual([await uploads(), await relay.read("given-up", bucket)], [0, undefined]);
  });

  it("fails when a part does, and is not completed without it", async () => {
    const broken = new S3Client({ ...relay.clientConfig, maxAttempts: 1 });
    broken.middlewareStack.add(
      (next, context) => async (args) => {
        const { PartNumber } = args.input as { PartNumber?: number };
        if (context.commandName === "UploadPartCommand" && PartNumber === 2)
          throw new Error("part 2 is lost");
        return next(args);
      },
      { step: "initialize" },
    );
    const upload = newUpload(broken, targetOf("broken"));
    const add = async () => {
      for (const letter of "abcde") await upload.add(part(letter));
      await upload.complete();
    };
    await rejects(add, /part 2 is lost/);
    await upload.abort();
    broken.destroy();
    deepEqual([await uploads(), await relay.read("broken", bucket)], [0, undefined]);
  });
});
