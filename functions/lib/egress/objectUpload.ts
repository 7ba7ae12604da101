import { crc32 } from "node:zlib";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  NoSuchUpload,
  paginateListParts,
  PutObjectCommand,
  S3ServiceException,
  UploadPartCommand,
  type CompletedPart,
  type S3Client,
} from "@aws-sdk/client-s3";
import { EgressFailure, EgressInterruption } from "./errors";
import { mostParts } from "./parts";

/** Where an output goes, and what S3 is to say of it. */
export interface ObjectTarget {
  readonly bucket: string;
  readonly key: string;
  readonly contentType: string;
  readonly contentDisposition: string;
}

/** How far an upload has come that another invocation is to continue. */
export interface UploadProgress {
  readonly uploadId: string;
  readonly partBytes: number;
  readonly bytes: number;
  /** Of those bytes. */
  readonly crc32: number;
}

/** Parts on their way at once; with the one that fills they are what an upload holds in memory. */
const atOnce = 2;

/**
 * An object made of parts, as they come. It is written only where there is none, and whole: S3 compares the CRC-32 of
 * all bytes, so what lies there is what was sent.
 */
export class ObjectUpload {
  #bytes = 0;
  #crc32 = 0;
  #begun = 0;
  #uploadId: string | undefined;
  readonly #parts: CompletedPart[] = [];
  readonly #running = new Set<Promise<void>>();
  #failure: unknown;

  constructor(
    private readonly client: S3Client,
    private readonly target: ObjectTarget,
  ) {}

  /** Continues an upload: its parts are asked of S3. @throws NoSuchUpload when it has gone */
  static async resume(
    client: S3Client,
    target: ObjectTarget,
    progress: UploadProgress,
  ): Promise<ObjectUpload> {
    const upload = new ObjectUpload(client, target);
    upload.#uploadId = progress.uploadId;
    upload.#bytes = progress.bytes;
    upload.#crc32 = progress.crc32;
    upload.#begun = progress.bytes / progress.partBytes;
    const where = { Bucket: target.bucket, Key: target.key, UploadId: progress.uploadId };
    for await (const { Parts = [] } of paginateListParts({ client }, where)) {
      for (const { PartNumber = 0, ETag, ChecksumCRC32 } of Parts) {
        // What arrived after the progress was noted is sent again.
        if (PartNumber <= upload.#begun) upload.#parts.push({ PartNumber, ETag, ChecksumCRC32 });
      }
    }
    return upload;
  }

  /** The bytes so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds the next part; resolves when there is room for another. */
  async add(part: Buffer): Promise<void> {
    this.#begun += 1;
    if (this.#begun > mostParts) {
      throw new EgressFailure(
        "OutputTooLarge",
        `The output has more than ${mostParts} parts of ${part.length} bytes, and S3 takes no more. ` +
          "A platform that says how long an output is has it cut into larger parts.",
      );
    }
    this.#uploadId ??= await this.#begin();
    this.#count(part);
    const running = this.#send(this.#begun, part)
      .catch((error: unknown) => void (this.#failure ??= error))
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
    if (this.#running.size >= atOnce) await Promise.race(this.#running);
    this.#throwFailure();
  }

  /** Resolves when all parts have arrived; what another invocation continues from. */
  async settle(): Promise<Omit<UploadProgress, "partBytes"> | undefined> {
    await Promise.all(this.#running);
    this.#throwFailure();
    const uploadId = this.#uploadId;
    return uploadId === undefined ? undefined : { uploadId, bytes: this.#bytes, crc32: this.#crc32 };
  }

  /** Writes the object at once, of its only part; answers whether it was not there yet. */
  async put(part: Buffer): Promise<boolean> {
    this.#count(part);
    return unlessThere(() =>
      this.client.send(
        new PutObjectCommand({
          ...this.#described(),
          Body: part,
          ChecksumCRC32: this.#checksum(),
          IfNoneMatch: "*",
        }),
      ),
    );
  }

  /** Makes the object of its parts; answers whether it was not there yet. */
  async complete(): Promise<boolean> {
    await this.settle();
    const Parts = [...this.#parts].sort((a, b) => (a.PartNumber ?? 0) - (b.PartNumber ?? 0));
    const isNew = await unlessThere(() =>
      this.client.send(
        new CompleteMultipartUploadCommand({
          ...this.#where(),
          UploadId: this.#uploadId,
          MultipartUpload: { Parts },
          ChecksumType: "FULL_OBJECT",
          ChecksumCRC32: this.#checksum(),
          MpuObjectSize: this.#bytes,
          IfNoneMatch: "*",
        }),
      ),
    );
    if (!isNew) await this.abort();
    return isNew;
  }

  /** Gives the upload up and leaves no parts. */
  async abort(): Promise<void> {
    // A part that arrives after the abort would stay.
    await Promise.all(this.#running);
    const uploadId = this.#uploadId;
    if (uploadId !== undefined) await abortUpload(this.client, { ...this.target, uploadId });
    this.#uploadId = undefined;
  }

  async #begin(): Promise<string> {
    const { UploadId } = await this.client.send(
      new CreateMultipartUploadCommand({
        ...this.#described(),
        ChecksumAlgorithm: "CRC32",
        ChecksumType: "FULL_OBJECT",
      }),
    );
    if (UploadId === undefined) throw new EgressInterruption("UploadNotBegun", "S3 began no upload.");
    return UploadId;
  }

  async #send(PartNumber: number, Body: Buffer): Promise<void> {
    const ChecksumCRC32 = base64Of(crc32(Body));
    const { ETag } = await this.client.send(
      new UploadPartCommand({ ...this.#where(), UploadId: this.#uploadId, PartNumber, Body, ChecksumCRC32 }),
    );
    this.#parts.push({ PartNumber, ETag, ChecksumCRC32 });
  }

  #count(part: Buffer): void {
    this.#bytes += part.length;
    this.#crc32 = crc32(part, this.#crc32);
  }

  #checksum(): string {
    return base64Of(this.#crc32);
  }

  #where() {
    return { Bucket: this.target.bucket, Key: this.target.key };
  }

  #described() {
    const { contentType, contentDisposition } = this.target;
    return { ...this.#where(), ContentType: contentType, ContentDisposition: contentDisposition };
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }
}

/** Gives an upload up and leaves no parts; one that is gone already is no error. */
export async function abortUpload(
  client: S3Client,
  { bucket, key, uploadId }: { readonly bucket: string; readonly key: string; readonly uploadId: string },
): Promise<void> {
  try {
    await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId: uploadId }));
  } catch (error) {
    if (!(error instanceof NoSuchUpload)) throw error;
  }
}

/** As S3 writes a CRC-32: its four bytes, the highest first. */
function base64Of(checksum: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(checksum);
  return bytes.toString("base64");
}

/** Answers whether a conditional write was done: 412 says that there is an object already. */
async function unlessThere(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 412) return false;
    throw error;
  }
}
