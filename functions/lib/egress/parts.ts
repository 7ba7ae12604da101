const mebibyte = 1024 * 1024;
/** Most parts of a multipart upload. Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const mostParts = 10_000;

/** How large the parts of an output should be, in bytes: few enough, and small enough to hold some of them. */
export function partBytesFor(length: number | undefined): number {
  const usual = 12 * mebibyte;
  if (length === undefined || length <= usual * mostParts) return usual;
  return Math.ceil(length / mostParts / mebibyte) * mebibyte;
}

/** Buffers of one size that are used again and again, so that memory stays as it is however long a stream is. */
export interface PartBuffers {
  take(): Buffer;
  /** Gives a part back, once nothing reads it any more. */
  give(part: Buffer): void;
}

export function partBuffers(partBytes: number): PartBuffers {
  const free: Buffer[] = [];
  const whole = new Map<ArrayBufferLike, Buffer>();
  return {
    take() {
      const buffer = free.pop() ?? Buffer.from(new ArrayBuffer(partBytes));
      whole.set(buffer.buffer, buffer);
      return buffer;
    },
    give(part) {
      // The last part is only the beginning of its buffer.
      const buffer = whole.get(part.buffer);
      if (buffer && whole.delete(part.buffer)) free.push(buffer);
    },
  };
}

/** Cuts a stream into parts of equal size, the last one smaller; an empty stream has one empty part. */
export async function* cutIntoParts(
  chunks: AsyncIterable<Buffer>,
  partBytes: number,
  buffers: PartBuffers,
): AsyncGenerator<Buffer> {
  let part = buffers.take();
  let filled = 0;
  let any = false;
  for await (const chunk of chunks) {
    let taken = 0;
    while (taken < chunk.length) {
      const copied = chunk.copy(part, filled, taken);
      taken += copied;
      filled += copied;
      if (filled < partBytes) continue;
      yield part;
      any = true;
      part = buffers.take();
      filled = 0;
    }
  }
  if (filled > 0 || !any) yield part.subarray(0, filled);
}
