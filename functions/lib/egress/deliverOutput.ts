import type { S3Client } from "@aws-sdk/client-s3";
import type { Transform } from "../../transforms/transform";
import type { DeliveryRecord } from "../job";
import { createDigest, type Digest } from "./digest";
import { EgressFailure, EgressInterruption } from "./errors";
import type { OutputAnswer, OutputFacts } from "./fetchOutput";
import { abortUpload, ObjectUpload, type ObjectTarget } from "./objectUpload";
import { fileSegment } from "./outputKey";
import { cutIntoParts, partBytesFor } from "./parts";
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
  return new Delivery(options, answer, continues ? begun : undefined).run();
}

/** A platform that cannot be asked now leaves what was begun as it is. */
async function ask({ begun, fetch }: DeliveryOptions): Promise<OutputAnswer | Suspended> {
  if (begun === undefined) return fetch({});
  try {
    return await fetch({ from: begun.bytes, validator: begun.validator });
  } catch (error) {
    if (error instanceof EgressInterruption) return { delivery: begun, interruption: error };
    throw error;
  }
}

/** The copying of one output, by one invocation. */
class Delivery {
  readonly #target: ObjectTarget;
  readonly #partBytes: number;
  #digest: Digest | undefined;

  constructor(
    private readonly options: DeliveryOptions,
    private readonly answer: OutputAnswer,
    private readonly begun: DeliveryRecord | undefined,
  ) {
    const { facts } = answer;
    this.#target = targetOf(options, facts);
    this.#partBytes = begun?.partBytes ?? options.partBytes ?? partBytesFor(facts.length);
  }

  async run(): Promise<Delivered | Suspended> {
    const { begun } = this;
    const { digest } = this.answer.facts;
    this.#digest = digest && (await createDigest(digest.algorithm, begun?.digestState));
    const { s3 } = this.options;
    const upload =
      begun === undefined
        ? new ObjectUpload(s3, this.#target)
        : await ObjectUpload.resume(s3, this.#target, begun);
    try {
      return await this.#copy(upload);
    } catch (error) {
      return await this.#interrupted(upload, error);
    } finally {
      this.answer.body.destroy();
    }
  }

  async #copy(upload: ObjectUpload): Promise<Delivered | Suspended> {
    let held: Buffer | undefined;
    // One part is held back: whether it is the only one decides how it is written.
    for await (const part of cutIntoParts(this.#source(), this.#partBytes)) {
      if (held !== undefined) {
        await this.#add(upload, held);
        if (this.options.timeIsUp()) return await this.#suspend(upload);
      }
      held = part;
    }
    const last = held ?? Buffer.alloc(0);
    this.#digestOf(last);
    this.#checkDigest();
    if (upload.bytes === 0) await upload.put(last);
    else {
      await upload.add(last);
      await upload.complete();
    }
    return { key: this.#target.key, bytes: upload.bytes };
  }

  #source(): AsyncIterable<Buffer> {
    const { fetch, transform, id } = this.options;
    const source = receiveOutput(this.answer, fetch);
    if (transform === undefined) return source;
    const { fileName, contentType } = this.answer.facts;
    return failingForGood(transform(this.#digested(source), { id, fileName, contentType }));
  }

  /** What is transformed is digested before; what is not, part by part, so that it can be continued. */
  async *#digested(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      this.#digest?.update(chunk);
      yield chunk;
    }
  }

  async #add(upload: ObjectUpload, part: Buffer): Promise<void> {
    this.#digestOf(part);
    await upload.add(part);
  }

  #digestOf(part: Buffer): void {
    if (this.options.transform === undefined) this.#digest?.update(part);
  }

  #checkDigest(): void {
    const expected = this.answer.facts.digest;
    const value = this.#digest?.value();
    if (expected === undefined || value === expected.value) return;
    throw new EgressInterruption(
      "WrongDigest",
      `The platform says that the ${expected.algorithm} of the output is ${expected.value}; what it sent has ${value}.`,
    );
  }

  /** @throws EgressFailure when no other invocation could continue */
  async #suspend(upload: ObjectUpload): Promise<Suspended> {
    const delivery = await this.#progress(upload);
    if (delivery !== undefined) return { delivery };
    const reason = this.options.transform
      ? "an output that is transformed cannot be continued by another"
      : "the platform offers no ranges with a strong ETag, by which another could continue";
    throw new EgressFailure(
      "OutputTooLarge",
      `One invocation, which has 15 minutes, copied ${upload.bytes} bytes of the output, and ${reason}.`,
    );
  }

  /** Keeps what can be continued; what cannot leaves no parts. */
  async #interrupted(upload: ObjectUpload, error: unknown): Promise<Suspended> {
    const delivery = isContinuable(error) ? await this.#progress(upload).catch(() => undefined) : undefined;
    if (delivery !== undefined && delivery.bytes > 0) return { delivery, interruption: error };
    await upload.abort();
    throw error;
  }

  async #progress(upload: ObjectUpload): Promise<DeliveryRecord | undefined> {
    const { validator, acceptsRanges } = this.answer.facts;
    if (validator === undefined || !acceptsRanges || this.options.transform !== undefined) return undefined;
    const progress = await upload.settle();
    if (progress === undefined) return undefined;
    const digestState = this.#digest?.state();
    return {
      ...progress,
      key: this.#target.key,
      partBytes: this.#partBytes,
      validator,
      ...(digestState === undefined ? {} : { digestState }),
    };
  }
}

/** The connection broke: what came is good. Anything else says that something is wrong with what came. */
function isContinuable(error: unknown): boolean {
  return (
    error instanceof EgressInterruption &&
    !["OutputChanged", "WrongLength", "WrongDigest"].includes(error.code)
  );
}

function targetOf({ bucket, prefix }: DeliveryOptions, { fileName, contentType }: OutputFacts): ObjectTarget {
  const segment = fileSegment(fileName);
  // RFC 6266 and RFC 8187: the name as the platform gave it, and one for clients that know only ASCII.
  const contentDisposition = `attachment; filename="${segment}"; filename*=UTF-8''${encoded(fileName)}`;
  return { bucket, key: `${prefix}${segment}`, contentType, contentDisposition };
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
    if (error instanceof EgressInterruption || error instanceof EgressFailure) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new EgressFailure("TransformFailed", `The transform failed: ${reason}`, { cause: error });
  }
}
