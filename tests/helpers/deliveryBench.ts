import {
  CreateBucketCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
} from "@aws-sdk/client-s3";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { deliverJob } from "../../functions/lib/egress/deliverJob";
import { isEgressInterruption } from "../../functions/lib/egress/errors";
import type { EgressPlatform, EgressServices } from "../../functions/lib/egress/egressSettings";
import { isUnfinished } from "../../functions/lib/batchResponse";
import type { JobRecord } from "../../functions/lib/job";
import { HandlerBench } from "./handlerBench";
import { aJob } from "./jobs";
import { platformToken, type Platform } from "./platform";

/** How one try of a delivery ended. */
export type Try = "ended" | "goes on" | { readonly code: string; readonly message: string };

export interface TryOptions {
  /** How often it was tried, this time included. @default 1 */
  readonly tries?: number;
  /** @default never */
  readonly timeIsUp?: () => boolean;
  readonly partBytes?: number;
  /** @default the bench's own */
  readonly bucket?: string;
}

/** Where outputs are delivered in the test's process, try by try, into a bucket that keeps every version. */
export class DeliveryBench {
  /** What the secret holds; a new value is found when it is read again. */
  token = platformToken;
  readonly bucket: string;
  readonly #table: DynamoDBClient;

  private constructor(
    readonly bench: HandlerBench,
    name: string,
  ) {
    this.bucket = `${name}-outputs`;
    this.#table = new DynamoDBClient(bench.relay.clientConfig);
  }

  /** @param name not used before in this run */
  static async open(name: string): Promise<DeliveryBench> {
    const delivery = new DeliveryBench(await HandlerBench.open(name), name);
    const { s3 } = delivery.bench.relay;
    const Bucket = delivery.bucket;
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
    return delivery;
  }

  /** Records the job that fetches an output. */
  async accept(id: string): Promise<string> {
    const parameters = JSON.stringify({ id, event: "job_complete" });
    const steps = { egress: { status: "RUNNING" as const } };
    const facts = { jobId: id, process: "egress", status: "RUNNING" as const, source: "webhook" as const };
    await this.bench.putJob(aJob({ ...facts, parameters, steps }));
    return id;
  }

  /** Tries once, as an invocation would; what it logs is kept out of the test report. */
  async try(platform: Platform | EgressPlatform, jobId: string, options: TryOptions = {}): Promise<Try> {
    const { tries = 1, timeIsUp = () => false } = options;
    const services = this.#services(platform, options);
    try {
      const job = await this.bench.job(jobId);
      await this.bench.handle(() => deliverJob(services, job, tries, timeIsUp), {});
      return "ended";
    } catch (error) {
      if (isUnfinished(error)) return "goes on";
      if (isEgressInterruption(error)) return { code: error.code, message: error.message };
      if (error instanceof Error) return { code: error.name, message: error.message };
      throw error;
    }
  }

  /** Tries until the job has ended, as the queue would; answers how often that was. */
  async deliver(platform: Platform | EgressPlatform, jobId: string): Promise<number> {
    for (let tries = 1; ; tries++) {
      if ((await this.try(platform, jobId, { tries })) === "ended") return tries;
    }
  }

  async job(jobId: string): Promise<JobRecord> {
    return this.bench.job(jobId);
  }

  /** The keys of all versions of all objects under a prefix: a key that was written twice comes twice. */
  async versions(prefix = ""): Promise<string[]> {
    const { s3 } = this.bench.relay;
    const keys: string[] = [];
    let KeyMarker: string | undefined;
    let VersionIdMarker: string | undefined;
    do {
      const page = await s3.send(
        new ListObjectVersionsCommand({ Bucket: this.bucket, Prefix: prefix, KeyMarker, VersionIdMarker }),
      );
      keys.push(...(page.Versions ?? []).map(({ Key = "" }) => Key));
      KeyMarker = page.IsTruncated ? page.NextKeyMarker : undefined;
      VersionIdMarker = page.NextVersionIdMarker;
    } while (KeyMarker !== undefined);
    return keys;
  }

  /** The keys of uploads whose parts still lie about. */
  async openUploads(): Promise<string[]> {
    const { Uploads = [] } = await this.bench.relay.s3.send(
      new ListMultipartUploadsCommand({ Bucket: this.bucket }),
    );
    return Uploads.map(({ Key = "" }) => Key);
  }

  close(): void {
    this.#table.destroy();
    this.bench.close();
  }

  #services(
    platform: Platform | EgressPlatform,
    { partBytes, bucket = this.bucket }: TryOptions,
  ): EgressServices {
    const { s3, sqs } = this.bench.relay;
    const { url, redirectHosts = [], name = "p", transform } = platform as Partial<EgressPlatform>;
    const read = () => Promise.resolve(this.token);
    return {
      settings: {
        tableName: this.bench.tableName,
        queueUrl: "",
        bucketName: bucket,
        outputsBucket: "",
        platform: { name, url: url ?? "", redirectHosts, transform },
        tokenSecretArn: "",
        ...(partBytes === undefined ? {} : { partBytes }),
      },
      table: this.#table,
      s3,
      queue: sqs,
      token: { read, readAgain: read },
    };
  }
}
