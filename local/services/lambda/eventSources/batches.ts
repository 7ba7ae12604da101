/** Lambda invokes with at most 6 MB. */
const payloadLimit = 6 * 1024 * 1024;

/** Divides records, in order, into batches of at most `size` records that fit into an invocation. */
export function divideIntoBatches<Entry>(entries: readonly Entry[], size: number): Entry[][] {
  const batches: Entry[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const length = Buffer.byteLength(JSON.stringify(entry)) + 1;
    const batch = batches.at(-1);
    if (batch && batch.length < size && bytes + length <= payloadLimit) {
      batch.push(entry);
      bytes += length;
    } else {
      batches.push([entry]);
      bytes = '{"Records":[]}'.length + length;
    }
  }
  return batches;
}
