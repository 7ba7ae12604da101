import { createHash } from "node:crypto";
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
  type ListObjectVersionsCommandOutput,
  type PutObjectCommandInput,
} from "@aws-sdk/client-s3";
import { copyOutputs, type CopyProgress, type CopySettings } from "../../functions/lib/egress/copyOutputs";
import { sharedRelay, type Relay } from "./relay";

/** A request that a client is about to send. */
export interface Sent {
  readonly command: string;
  readonly key: string;
}

export interface Copied {
  readonly progress: CopyProgress;
  readonly sent: readonly Sent[];
  /** Requests that were under way together, at most. */
  readonly mostAtOnce: number;
}

/** Two buckets to copy between, and a client of S3 that can be watched. */
export class CopyBench {
  readonly source: string;
  readonly target: string;

  private constructor(
    readonly relay: Relay,
    name: string,
  ) {
    this.source = `${name}-outputs`;
    this.target = `${name}-egress`;
  }

  /** @param name not used before in this run */
  static async open(name: string): Promise<CopyBench> {
    const bench = new CopyBench(await sharedRelay(), name);
    const { s3 } = bench.relay;
    for (const Bucket of [bench.source, bench.target]) await s3.send(new CreateBucketCommand({ Bucket }));
    const VersioningConfiguration = { Status: "Enabled" } as const;
    await s3.send(new PutBucketVersioningCommand({ Bucket: bench.target, VersioningConfiguration }));
    return bench;
  }

  async put(Key: string, Body: string | Buffer, more: Partial<PutObjectCommandInput> = {}): Promise<void> {
    await this.relay.s3.send(new PutObjectCommand({ Bucket: this.source, Key, Body, ...more }));
  }

  /**
   * Copies the outputs of a job; answers how far it came, and what it sent for that.
   * @param before called before each request; what it throws the request throws
   */
  async copy(
    jobId: string,
    {
      after,
      timeIsUp = () => false,
      before = () => undefined,
      ...settings
    }: Partial<CopySettings> & {
      readonly after?: string | undefined;
      readonly timeIsUp?: () => boolean;
      readonly before?: (sent: Sent) => Promise<void> | void;
    } = {},
  ): Promise<Copied> {
    const sent: Sent[] = [];
    let [running, mostAtOnce] = [0, 0];
    const client = new S3Client(this.relay.clientConfig);
    client.middlewareStack.add((next, { commandName = "" }) => async (args) => {
      const request = { command: commandName, key: (args.input as { Key?: string }).Key ?? "" };
      mostAtOnce = Math.max(mostAtOnce, (running += 1));
      try {
        await before(request);
        sent.push(request);
        return await next(args);
      } finally {
        running -= 1;
      }
    });
    const buckets = { sourceBucket: this.source, targetBucket: this.target };
    const request = { jobId, ...(after === undefined ? {} : { after }) };
    try {
      const progress = await copyOutputs(client, { ...buckets, ...settings }, request, timeIsUp);
      return { progress, sent, mostAtOnce };
    } finally {
      client.destroy();
    }
  }

  /** The keys of all versions in the target: one that was written twice is there twice. */
  async written(jobId: string): Promise<string[]> {
    const request = { Bucket: this.target, Prefix: `outputs/${jobId}/`, EncodingType: "url" } as const;
    const keys: string[] = [];
    let next: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined = {};
    while (next !== undefined) {
      const page: ListObjectVersionsCommandOutput = await this.relay.s3.send(
        new ListObjectVersionsCommand({ ...request, ...next }),
      );
      const { Versions = [], IsTruncated, NextKeyMarker = "", NextVersionIdMarker } = page;
      keys.push(...Versions.map(({ Key = "" }) => decoded(Key)));
      next = IsTruncated
        ? { KeyMarker: decoded(NextKeyMarker), VersionIdMarker: NextVersionIdMarker }
        : undefined;
    }
    return keys;
  }

  /** What a bucket says of an object, and the digest of its bytes. */
  async facts(bucket: string, key: string) {
    const command = new GetObjectCommand({ Bucket: bucket, Key: key });
    const { Body, ContentType, ContentDisposition, ContentLength, Metadata, TagCount } =
      await this.relay.s3.send(command);
    const sha256 = createHash("sha256")
      .update((await Body?.transformToByteArray()) ?? "")
      .digest("hex");
    return { ContentType, ContentDisposition, ContentLength, Metadata, TagCount, sha256 };
  }

  /** The keys of uploads that were begun and neither completed nor given up. */
  async openUploads(jobId: string): Promise<string[]> {
    const { Uploads = [] } = await this.relay.s3.send(
      new ListMultipartUploadsCommand({ Bucket: this.target, Prefix: `outputs/${jobId}/` }),
    );
    return Uploads.map(({ Key = "" }) => Key);
  }
}

/** A key of a listing that is encoded like a URL. */
function decoded(key: string): string {
  return decodeURIComponent(key.replaceAll("+", " "));
}
