const mebibyte = 1024 * 1024;
/** Most parts of a multipart upload. Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const mostParts = 10_000;

/** How large the parts of an output should be, in bytes: few enough, and small enough to hold some of them. */
export function partBytesFor(length: number | undefined): number {
  const usual = 8 * mebibyte;
  if (length === undefined || length <= usual * mostParts) return usual;
  return Math.ceil(length / mostParts / mebibyte) * mebibyte;
}

/** Cuts a stream into parts of equal size, the last one smaller; an empty stream has one empty part. */
export async function* cutIntoParts(
  chunks: AsyncIterable<Buffer>,
  partBytes: number,
): AsyncGenerator<Buffer> {
  let part = Buffer.allocUnsafe(partBytes);
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
      part = Buffer.allocUnsafe(partBytes);
      filled = 0;
    }
  }
  if (filled > 0 || !any) yield part.subarray(0, filled);
}
