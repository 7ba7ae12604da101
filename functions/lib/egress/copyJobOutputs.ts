import { SendMessageCommand } from "@aws-sdk/client-sqs";
import type { JobRecord } from "../job";
import { logEvent } from "../logEvent";
import { copyOutputs } from "./copyOutputs";
import type { EgressMessage } from "./egressMessage";
import type { EgressServices } from "./egressSettings";
import { recordCopied } from "./recordEgress";

/**
 * Copies what the containers of a job left into the bucket that lasts, or as much of it as there is time for.
 * @param after the key up to which an invocation before has copied
 */
export async function copyJobOutputs(
  { s3, queue, table, settings }: EgressServices,
  { jobId, process, outputs }: JobRecord,
  { after, objects = 0, bytes = 0 }: Omit<EgressMessage, "jobId">,
  timeIsUp: () => boolean,
): Promise<void> {
  if (outputs) return logEvent("outputs were copied already", { jobId, process });
  const progress = await copyOutputs(
    s3,
    {
      sourceBucket: settings.outputsBucket,
      targetBucket: settings.bucketName,
      // A copy of 5 GiB, the most that S3 does at once, may outlast what is left of an invocation.
      singleCopyLimit: 1024 ** 3,
    },
    { jobId, ...(after === undefined ? {} : { after }) },
    timeIsUp,
  );
  const copied = { objects: objects + progress.objects, bytes: bytes + progress.bytes };
  if (progress.after !== undefined) {
    const message: EgressMessage = { jobId, after: progress.after, ...copied };
    await queue.send(
      new SendMessageCommand({ QueueUrl: settings.queueUrl, MessageBody: JSON.stringify(message) }),
    );
    return logEvent("outputs are copied on by another invocation", { jobId, process, ...copied });
  }
  if (copied.objects === 0) return;
  const place = { client: table, tableName: settings.tableName, jobId };
  if (await recordCopied(place, { prefix: `outputs/${jobId}/`, ...copied })) {
    logEvent("outputs copied", { jobId, process, ...copied });
  }
}
