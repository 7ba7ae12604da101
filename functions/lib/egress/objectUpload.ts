import { crc32 } from "node:zlib";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
  NoSuchUpload,
  PutObjectCommand,
  S3ServiceException,
  UploadPartCommand,
  type CompletedPart,
  type S3Client,
} from "@aws-sdk/client-s3";
import { combineCrc32 } from "./crc32Combine";
import { egressFailure, egressInterruption } from "./errors";
import { mostParts } from "./parts";

/** Where an output goes, and what S3 is to say of it. */
export interface ObjectTarget {
  readonly bucket: string;
  readonly key: string;
  readonly contentType: string;
  readonly contentDisposition: string;
  /** How its bytes are packed, for example gzip. */
  readonly contentEncoding?: string | undefined;
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
export interface ObjectUpload {
  /** The bytes so far. */
  bytes(): number;
  /**
   * Adds the next part; resolves when there is room for another.
   * @param sent called when nothing reads the part any more
   */
  add(part: Buffer, sent?: () => void): Promise<void>;
  /** Resolves when all parts have arrived; what another invocation continues from. */
  settle(): Promise<Omit<UploadProgress, "partBytes"> | undefined>;
  /** Writes the object at once, of its only part; answers whether it was not there yet. */
  put(part: Buffer): Promise<boolean>;
  /** Makes the object of its parts; answers whether it was not there yet. */
  complete(): Promise<boolean>;
  /** Gives the upload up and leaves no parts. */
  abort(): Promise<void>;
}

interface UploadState {
  bytes: number;
  crc32: number;
  /** Parts that were sent, whether they have arrived or not. */
  begun: number;
  uploadId: string | undefined;
  readonly parts: CompletedPart[];
}

export function newUpload(client: S3Client, target: ObjectTarget): ObjectUpload {
  return uploadFrom(client, target, { bytes: 0, crc32: 0, begun: 0, uploadId: undefined, parts: [] });
}

/** Continues an upload: its parts are asked of S3. @throws NoSuchUpload when it has gone */
export async function resumeUpload(
  client: S3Client,
  target: ObjectTarget,
  { uploadId, partBytes, bytes, crc32: checksum }: UploadProgress,
): Promise<ObjectUpload> {
  const begun = bytes / partBytes;
  // What arrived after the progress was noted is sent again.
  const parts = (await uploadedParts(client, target, uploadId)).filter(
    ({ PartNumber = 0 }) => PartNumber <= begun,
  );
  return uploadFrom(client, target, { bytes, crc32: checksum, begun, uploadId, parts });
}

/** Page by page: the SDK's own paginator heeds a marker that S3 gives on the last page too, and never ends. */
async function uploadedParts(
  client: S3Client,
  { bucket: Bucket, key: Key }: ObjectTarget,
  UploadId: string,
): Promise<CompletedPart[]> {
  const found: CompletedPart[] = [];
  let PartNumberMarker: string | undefined;
  for (;;) {
    const page = await client.send(new ListPartsCommand({ Bucket, Key, UploadId, PartNumberMarker }));
    for (const { PartNumber, ETag, ChecksumCRC32 } of page.Parts ?? []) {
      found.push({ PartNumber, ETag, ChecksumCRC32 });
    }
    if (page.IsTruncated !== true) return found;
    PartNumberMarker = page.NextPartNumberMarker;
  }
}

function uploadFrom(client: S3Client, target: ObjectTarget, state: UploadState): ObjectUpload {
  const running = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | undefined;
  const throwFailure = () => {
    if (failure) throw failure.error;
  };
  const count = (part: Buffer): number => {
    const checksum = crc32(part);
    state.crc32 = combineCrc32(state.crc32, checksum, part.length);
    state.bytes += part.length;
    return checksum;
  };
  const send = (part: Buffer, uploadId: string, sent: () => void) => {
    const PartNumber = state.begun;
    const described = { PartNumber, Body: part, ChecksumCRC32: base64Of(count(part)) };
    const sending = sendPart(client, target, uploadId, described)
      .then((completed) => void state.parts.push(completed))
      .catch((error: unknown) => void (failure ??= { error }))
      .finally(() => {
        running.delete(sending);
        sent();
      });
    running.add(sending);
  };
  const settle = async () => {
    await Promise.all(running);
    throwFailure();
    const { uploadId, bytes, crc32: checksum } = state;
    return uploadId === undefined ? undefined : { uploadId, bytes, crc32: checksum };
  };
  const abort = async () => {
    // A part that arrives after the abort would stay.
    await Promise.all(running);
    if (state.uploadId !== undefined) await abortUpload(client, { ...target, uploadId: state.uploadId });
    state.uploadId = undefined;
  };
  return {
    bytes: () => state.bytes,
    settle,
    abort,
    async add(part, sent = () => undefined) {
      state.begun += 1;
      checkParts(state.begun, part.length);
      state.uploadId ??= await begin(client, target);
      send(part, state.uploadId, sent);
      if (running.size >= atOnce) await Promise.race(running);
      throwFailure();
    },
    async put(part) {
      count(part);
      return put(client, target, part, state.crc32);
    },
    async complete() {
      await settle();
      const isNew = await complete(client, target, state);
      if (!isNew) await abort();
      return isNew;
    },
  };
}

function checkParts(count: number, bytes: number): void {
  if (count <= mostParts) return;
  throw egressFailure(
    "OutputTooLarge",
    `The output has more than ${mostParts} parts of ${bytes} bytes, and S3 takes no more. ` +
      "A platform that says how long an output is has it cut into larger parts.",
  );
}

async function begin(client: S3Client, target: ObjectTarget): Promise<string> {
  const { UploadId } = await client.send(
    new CreateMultipartUploadCommand({
      ...described(target),
      ChecksumAlgorithm: "CRC32",
      ChecksumType: "FULL_OBJECT",
    }),
  );
  if (UploadId === undefined) throw egressInterruption("UploadNotBegun", "S3 began no upload.");
  return UploadId;
}

async function sendPart(
  client: S3Client,
  { bucket: Bucket, key: Key }: ObjectTarget,
  UploadId: string,
  part: { readonly PartNumber: number; readonly Body: Buffer; readonly ChecksumCRC32: string },
): Promise<CompletedPart> {
  const { ETag } = await client.send(new UploadPartCommand({ Bucket, Key, UploadId, ...part }));
  const { PartNumber, ChecksumCRC32 } = part;
  return { PartNumber, ETag, ChecksumCRC32 };
}

function put(client: S3Client, target: ObjectTarget, Body: Buffer, checksum: number): Promise<boolean> {
  const ChecksumCRC32 = base64Of(checksum);
  return unlessThere(() =>
    client.send(new PutObjectCommand({ ...described(target), Body, ChecksumCRC32, IfNoneMatch: "*" })),
  );
}

function complete(client: S3Client, target: ObjectTarget, state: UploadState): Promise<boolean> {
  const Parts = [...state.parts].sort((a, b) => (a.PartNumber ?? 0) - (b.PartNumber ?? 0));
  return unlessThere(() =>
    client.send(
      new CompleteMultipartUploadCommand({
        Bucket: target.bucket,
        Key: target.key,
        UploadId: state.uploadId,
        MultipartUpload: { Parts },
        ChecksumType: "FULL_OBJECT",
        ChecksumCRC32: base64Of(state.crc32),
        MpuObjectSize: state.bytes,
        IfNoneMatch: "*",
      }),
    ),
  );
}

function described({ bucket, key, contentType, contentDisposition, contentEncoding }: ObjectTarget) {
  return {
    Bucket: bucket,
    Key: key,
    ContentType: contentType,
    ContentDisposition: contentDisposition,
    ...(contentEncoding === undefined ? {} : { ContentEncoding: contentEncoding }),
  };
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
