import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { CloudFacts } from "./protocol";

/** The system on the other side of hand-offs. */
export class Partner {
  readonly #s3: S3Client;

  constructor(private readonly facts: CloudFacts) {
    const { endpointUrl: endpoint, region, partner: credentials } = facts;
    // What measures is to cost little: its requests all go to one bucket.
    this.#s3 = new S3Client({ endpoint, region, credentials, cacheMiddleware: true });
  }

  /** Drops `success.json` for a job. */
  async succeed(jobId: string): Promise<void> {
    const object = { Bucket: this.facts.handoffBucket, Key: `inbound/${jobId}/success.json` };
    await this.#s3.send(new PutObjectCommand({ ...object, Body: '{"approved":true}' }));
  }

  stop(): void {
    this.#s3.destroy();
  }
}
