import { unfinished } from "../batchResponse";
import type { JobRecord } from "../job";
import { logEvent } from "../logEvent";
import { objectTagging, tagsLeftOut } from "../tags/objectTags";
import { copyOutputs } from "./copyOutputs";
import type { EgressServices } from "./egressSettings";
import { recordCopied, recordCopying } from "./recordEgress";

/**
 * Copies what the containers of a job left into the bucket that lasts, or as much of it as there is time for; another
 * invocation then goes on.
 */
export async function copyJobOutputs(
  { s3, table, settings }: EgressServices,
  { jobId, process, outputs, copying, tags }: JobRecord,
  timeIsUp: () => boolean,
): Promise<void> {
  if (outputs) return logEvent("outputs were copied already", { jobId, process });
  const { after, objects, bytes } = await copyOutputs(
    s3,
    {
      sourceBucket: settings.outputsBucket,
      targetBucket: settings.bucketName,
      tagging: objectTagging(tags),
      // A copy of 5 GiB, the most that S3 does at once, may outlast what is left of an invocation.
      singleCopyLimit: 1024 ** 3,
    },
    { jobId, ...(copying ? { after: copying.after } : {}) },
    timeIsUp,
  );
  const copied = { objects: objects + (copying?.objects ?? 0), bytes: bytes + (copying?.bytes ?? 0) };
  const place = { client: table, tableName: settings.tableName, jobId };
  if (after !== undefined) {
    await recordCopying(place, { after, ...copied });
    throw unfinished(`${copied.objects} objects copied so far`);
  }
  if (copied.objects === 0) return;
  if (await recordCopied(place, { prefix: `outputs/${jobId}/`, ...copied })) {
    logEvent("outputs copied", { jobId, process, ...copied, tagsLeftOut: tagsLeftOut(tags) });
  }
}
