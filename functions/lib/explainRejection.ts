import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { rejectionFile } from "./handoff";
import { logEvent } from "./logEvent";

/** Where rejections are explained. */
export interface RejectionContext {
  readonly objects: S3Client;
  readonly bucketName: string;
}

/** Tells the other side why its file resumed nothing, and what to do. */
export async function explainRejection(
  context: RejectionContext,
  key: string,
  reason: string,
  remedy = "Write a corrected file under the same name.",
): Promise<void> {
  logEvent("callback rejected", { key, reason });
  const beside = key.replace(/[^/]+$/, rejectionFile);
  // Beside the file, and where the other side may read: its role cannot read what it has written.
  for (const Key of [beside, beside.replace(/^inbound\//, "outbound/")]) {
    await context.objects.send(
      new PutObjectCommand({
        Bucket: context.bucketName,
        Key,
        Body: JSON.stringify({ file: key, reason, remedy }),
        ContentType: "application/json",
      }),
    );
  }
}
