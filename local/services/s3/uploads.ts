import { randomBytes } from "node:crypto";
import type { Clock } from "../../clock";
import type { Checksum, ChecksumAlgorithm, ChecksumType } from "./checksums";
import { noSuchUpload } from "./s3Errors";
import type { Tags } from "./tags";

export interface UploadedPart {
  readonly partNumber: number;
  readonly data: Buffer;
  /** The MD5 of the data, in hex. */
  readonly etag: string;
  readonly checksum: Checksum;
  readonly lastModified: number;
}

/** What an upload is begun with. */
export interface UploadStart {
  readonly bucket: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly tags: Tags;
  /** Undefined when the caller left it to S3. */
  readonly algorithm: ChecksumAlgorithm | undefined;
  readonly checksumType: ChecksumType;
}

export interface Upload extends UploadStart {
  readonly uploadId: string;
  readonly initiatedAt: number;
  readonly parts: Map<number, UploadedPart>;
}

export interface SavedUploads {
  readonly begun: number;
  readonly uploads: readonly Upload[];
}

/** The multipart uploads that are neither completed nor aborted. */
export class Uploads {
  readonly #uploads = new Map<string, Upload>();
  #begun = 0;

  constructor(private readonly clock: Clock) {}

  begin(start: UploadStart): Upload {
    this.#begun += 1;
    // Ids rise, so that pages of a list can go on after one.
    const uploadId = this.#begun.toString(36).padStart(8, "0") + randomBytes(48).toString("base64url");
    const upload = {
      ...start,
      uploadId,
      initiatedAt: this.clock.now(),
      parts: new Map<number, UploadedPart>(),
    };
    this.#uploads.set(uploadId, upload);
    return upload;
  }

  save(): SavedUploads {
    return { begun: this.#begun, uploads: [...this.#uploads.values()] };
  }

  restore({ begun, uploads }: SavedUploads): void {
    this.#begun = begun;
    for (const upload of uploads) {
      const parts = [...upload.parts].map(
        ([part, each]) => [part, { ...each, data: Buffer.from(each.data) }] as const,
      );
      this.#uploads.set(upload.uploadId, { ...upload, parts: new Map(parts) });
    }
  }

  /** @throws S3Error `NoSuchUpload`, also for one of another bucket or key */
  find(uploadId: string, bucket: string, key: string): Upload {
    const upload = this.#uploads.get(uploadId);
    if (!upload || upload.bucket !== bucket || upload.key !== key) throw noSuchUpload(uploadId);
    return upload;
  }

  end({ uploadId }: Upload): void {
    this.#uploads.delete(uploadId);
  }

  /** In the order of their keys, and of their beginning. */
  of(bucket: string): Upload[] {
    const uploads = [...this.#uploads.values()].filter((upload) => upload.bucket === bucket);
    return uploads.sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
  }

  deleteOf(bucket: string): void {
    for (const upload of this.of(bucket)) this.end(upload);
  }
}

export function sortedParts({ parts }: Upload): UploadedPart[] {
  return [...parts.values()].sort((a, b) => a.partNumber - b.partNumber);
}
