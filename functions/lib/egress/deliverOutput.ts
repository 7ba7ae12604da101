import type { S3Client } from "@aws-sdk/client-s3";
import type { Transform } from "../../transforms/transform";
import type { DeliveryRecord } from "../job";
import { createDigest, type Digest } from "./digest";
import { egressFailure, egressInterruption, isEgressFailure, isEgressInterruption } from "./errors";
import type { OutputAnswer, OutputFacts } from "./fetchOutput";
import { abortUpload, newUpload, resumeUpload, type ObjectTarget, type ObjectUpload } from "./objectUpload";
import { fileSegment } from "./outputKey";
import { cutIntoParts, partBuffers, partBytesFor } from "./parts";
import { receiveOutput, type FetchOutput } from "./receiveOutput";

export interface DeliveryOptions {
  readonly s3: S3Client;
  readonly bucket: string;
  /** The folder of the output; ends with a slash. */
  readonly prefix: string;
  /** The platform's id of its job. */
  readonly id: string;
  readonly fetch: FetchOutput;
  readonly transform?: Transform | undefined;
  /** Of an invocation before. */
  readonly begun?: DeliveryRecord | undefined;
  /** Whether the invocation will be over before long; asked before each part. */
  readonly timeIsUp: () => boolean;
  /** The size of parts, in bytes. @default what the output's length demands */
  readonly partBytes?: number;
}

/** An output that lies in the bucket. */
export interface Delivered {
  readonly key: string;
  readonly bytes: number;
}

/** Where a delivery stopped that another invocation can continue, and what stopped it, if not the time. */
export interface Suspended {
  readonly delivery: DeliveryRecord;
  readonly interruption?: unknown;
}

/**
 * Copies an output of the platform into the bucket, in constant memory. What was begun and cannot be continued leaves
 * nothing behind.
 * @throws EgressFailure; EgressInterruption; errors of S3
 */
export async function deliverOutput(options: DeliveryOptions): Promise<Delivered | Suspended> {
  const { begun, s3 } = options;
  const answer = await ask(options);
  if ("delivery" in answer) return answer;
  const continues = begun !== undefined && answer.from > 0 && answer.facts.validator === begun.validator;
  if (begun !== undefined && !continues) await abortUpload(s3, { bucket: options.bucket, ...begun });
  return copyAnswer(options, answer, continues ? begun : undefined);
}

/** A platform that cannot be asked now leaves what was begun as it is. */
async function ask({ begun, fetch }: DeliveryOptions): Promise<OutputAnswer | Suspended> {
  if (begun === undefined) return fetch({});
  try {
    return await fetch({ from: begun.bytes, validator: begun.validator });
  } catch (error) {
    const keeps = isEgressInterruption(error) && error.code !== "OutputChanged";
    if (keeps) return { delivery: begun, interruption: error };
    throw error;
  }
}

/** The copying of one output, by one invocation. */
interface Copying {
  readonly options: DeliveryOptions;
  readonly answer: OutputAnswer;
  readonly target: ObjectTarget;
  readonly partBytes: number;
  readonly upload: ObjectUpload;
  /** Where the platform sends one to compare with. */
  readonly digest: Digest | undefined;
}

async function copyAnswer(
  options: DeliveryOptions,
  answer: OutputAnswer,
  begun: DeliveryRecord | undefined,
): Promise<Delivered | Suspended> {
  const { digest, length } = answer.facts;
  const target = targetOf(options, answer.facts);
  try {
    const copying = {
      ...{ options, answer, target },
      partBytes: begun?.partBytes ?? options.partBytes ?? partBytesFor(length),
      upload: await (begun ? resumeUpload(options.s3, target, begun) : newUpload(options.s3, target)),
      digest: digest && (await createDigest(digest.algorithm, begun?.digestState)),
    };
    return await copy(copying).catch((error: unknown) => interrupted(copying, error));
  } finally {
    answer.body.destroy();
  }
}

async function copy(copying: Copying): Promise<Delivered | Suspended> {
  const { options, upload, partBytes } = copying;
  const buffers = partBuffers(partBytes);
  const add = async (part: Buffer) => {
    digestPart(copying, part);
    await upload.add(part, () => buffers.give(part));
  };
  let first: Buffer | undefined;
  for await (const part of cutIntoParts(sourceOf(copying), partBytes, buffers)) {
    // Held back, for if it is the only one it is written in one request.
    if (upload.bytes() === 0 && first === undefined && !hasManyParts(copying)) {
      first = part;
      continue;
    }
    if (first !== undefined) await add(first);
    first = undefined;
    await add(part);
    if (options.timeIsUp() && upload.bytes() !== copying.answer.facts.length) return suspend(copying);
  }
  if (first !== undefined) digestPart(copying, first);
  checkDigest(copying);
  await (first === undefined ? upload.complete() : upload.put(first));
  return { key: copying.target.key, bytes: upload.bytes() };
}

/** Whether it is sure that there will be several; how long a transform makes an output is not known. */
function hasManyParts({ options, answer, partBytes }: Copying): boolean {
  return options.transform === undefined && (answer.facts.length ?? 0) > partBytes;
}

function sourceOf({ options, answer, digest }: Copying): AsyncIterable<Buffer> {
  const { fetch, transform, id } = options;
  const source = receiveOutput(answer, fetch);
  if (transform === undefined) return source;
  checkUnpacked(answer.facts);
  const { fileName, contentType } = answer.facts;
  return failingForGood(transform(digested(source, digest), { id, fileName, contentType }));
}

/** A transform reads what the platform's job wrote, not how it was packed. */
function checkUnpacked({ contentEncoding }: OutputFacts): void {
  if (contentEncoding === undefined) return;
  const message = `The platform sends the output as ${contentEncoding}, though asked not to; a transform cannot read it.`;
  throw egressFailure("OutputPacked", message);
}

/** What is transformed is digested before; what is not, part by part, so that it can be continued. */
async function* digested(source: AsyncIterable<Buffer>, digest: Digest | undefined): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    digest?.update(chunk);
    yield chunk;
  }
}

function digestPart({ options, digest }: Copying, part: Buffer): void {
  if (options.transform === undefined) digest?.update(part);
}

function checkDigest({ answer, digest }: Copying): void {
  const expected = answer.facts.digest;
  const value = digest?.value();
  if (expected === undefined || value === expected.value) return;
  throw egressInterruption(
    "WrongDigest",
    `The platform says that the ${expected.algorithm} of the output is ${expected.value}; what it sent has ${value}.`,
  );
}

/** @throws an egress failure when no other invocation could continue */
async function suspend(copying: Copying): Promise<Suspended> {
  const delivery = await progressOf(copying);
  if (delivery !== undefined) return { delivery };
  const reason = copying.options.transform
    ? "an output that is transformed cannot be continued by another"
    : "the platform offers no ranges with a strong ETag, by which another could continue";
  throw egressFailure(
    "OutputTooLarge",
    `One invocation, which has 15 minutes, copied ${copying.upload.bytes()} bytes of the output, and ${reason}.`,
  );
}

/** Keeps what can be continued; what cannot leaves no parts. */
async function interrupted(copying: Copying, error: unknown): Promise<Suspended> {
  const delivery = isContinuable(error) ? await progressOf(copying) : undefined;
  if (delivery !== undefined) return { delivery, interruption: error };
  await copying.upload.abort();
  throw error;
}

async function progressOf({
  options,
  answer,
  target,
  partBytes,
  upload,
  digest,
}: Copying): Promise<DeliveryRecord | undefined> {
  const { validator, acceptsRanges } = answer.facts;
  if (validator === undefined || !acceptsRanges || options.transform !== undefined) return undefined;
  const progress = await upload.settle();
  if (progress === undefined) return undefined;
  const digestState = digest?.state();
  return {
    ...progress,
    ...{ key: target.key, partBytes, validator },
    ...(digestState === undefined ? {} : { digestState }),
  };
}

/** The connection broke: what came is good. Anything else says that something is wrong with what came. */
function isContinuable(error: unknown): boolean {
  return isEgressInterruption(error) && !["OutputChanged", "WrongLength", "WrongDigest"].includes(error.code);
}

function targetOf(
  { bucket, prefix }: DeliveryOptions,
  { fileName, contentType, contentEncoding }: OutputFacts,
): ObjectTarget {
  const segment = fileSegment(fileName);
  // RFC 6266 and RFC 8187: the name as the platform gave it, and one for clients that know only ASCII.
  const contentDisposition = `attachment; filename="${segment}"; filename*=UTF-8''${encoded(fileName)}`;
  return { bucket, key: `${prefix}${segment}`, contentType, contentDisposition, contentEncoding };
}

function encoded(name: string): string {
  const wellFormed = name.slice(0, 255).replace(/\p{Surrogate}/gu, "_");
  return encodeURIComponent(wellFormed).replace(
    /['()*]/g,
    (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** An error of a transform's own would come again with every try. */
async function* failingForGood(transformed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* transformed;
  } catch (error) {
    if (isEgressInterruption(error) || isEgressFailure(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw egressFailure("TransformFailed", `The transform failed: ${reason}`, { cause: error });
  }
}
