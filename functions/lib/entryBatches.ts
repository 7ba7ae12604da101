/** What PutEvents of EventBridge and PublishBatch of SNS both take at once. */
const most = { entries: 10, bytes: 262_144 };

/**
 * Divides entries, in their order, into requests as PutEvents of EventBridge and PublishBatch of SNS take them: of ten
 * entries and 256 KB at most. An entry that is larger by itself has a request of its own, which refuses it.
 */
export function entryBatches<Entry>(entries: readonly Entry[], bytesOf: (entry: Entry) => number): Entry[][] {
  const batches: Entry[][] = [];
  let room = 0;
  for (const entry of entries) {
    const bytes = bytesOf(entry);
    const batch = batches.at(-1);
    if (batch && batch.length < most.entries && bytes <= room) {
      batch.push(entry);
      room -= bytes;
    } else {
      batches.push([entry]);
      room = most.bytes - bytes;
    }
  }
  return batches;
}
