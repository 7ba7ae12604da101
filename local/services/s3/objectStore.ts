import type { Clock } from "../../clock";
import { Bucket, type SavedBucket } from "./bucket";
import { noSuchBucket, S3Error } from "./s3Errors";

/** The buckets of the account. */
export class ObjectStore {
  readonly #buckets = new Map<string, Bucket>();

  constructor(private readonly clock: Clock) {}

  /** @throws S3Error for a name that no bucket can have, or that one has */
  createBucket(name: string): Bucket {
    if (!/^(?!xn--|\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) {
      throw new S3Error("InvalidBucketName", "The specified bucket is not valid.", 400, { BucketName: name });
    }
    if (this.#buckets.has(name)) {
      const message = "Your previous request to create the named bucket succeeded and you already own it.";
      throw new S3Error("BucketAlreadyOwnedByYou", message, 409, { BucketName: name });
    }
    const bucket = new Bucket(name, this.clock.now(), this.clock);
    this.#buckets.set(name, bucket);
    return bucket;
  }

  save(): readonly SavedBucket[] {
    return [...this.#buckets.values()].map((bucket) => bucket.save());
  }

  /** A bucket that is there keeps its configuration; one that is not is made as it was. */
  restore(buckets: readonly SavedBucket[]): void {
    for (const saved of buckets) {
      const { name, createdAt, versioning } = saved;
      const known = this.#buckets.get(name);
      const bucket = known ?? new Bucket(name, createdAt, this.clock);
      if (!known) bucket.versioning = versioning;
      this.#buckets.set(name, bucket);
      bucket.restore(saved);
    }
  }

  /** @throws S3Error unless it is empty */
  deleteBucket(name: string): void {
    if (!this.bucket(name).isEmpty) {
      const message =
        "The bucket you tried to delete is not empty. You must delete all versions in the bucket.";
      throw new S3Error("BucketNotEmpty", message, 409, { BucketName: name });
    }
    this.#buckets.delete(name);
  }

  /** @throws S3Error `NoSuchBucket` */
  bucket(name: string): Bucket {
    const bucket = this.#buckets.get(name);
    if (!bucket) throw noSuchBucket(name);
    return bucket;
  }

  find(name: string): Bucket | undefined {
    return this.#buckets.get(name);
  }

  buckets(): Bucket[] {
    return [...this.#buckets.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}
