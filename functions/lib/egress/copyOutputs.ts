import type { S3Client } from "@aws-sdk/client-s3";
import { copyInParts } from "./copyInParts";
import { copyObject } from "./copyObject";
import { listObjects, type ListedObject } from "./listObjects";
import { createPool, messageOf, type Pool } from "./pool";

export interface CopyRequest {
  readonly jobId: string;
  /** Continue after this key. */
  readonly after?: string;
}

export interface CopySettings {
  readonly sourceBucket: string;
  readonly targetBucket: string;
  /** The tags of the copies, as S3 takes them. @default none */
  readonly tagging?: string | undefined;
  /** The largest object that is copied by one request, in bytes. @default 5 GiB, which is S3's own limit */
  readonly singleCopyLimit?: number;
  /** The parts of larger objects, in bytes; at least 5 MiB. @default 512 MiB */
  readonly partBytes?: number;
  /** Requests at once. @default 8 */
  readonly concurrency?: number;
}

/** What has been copied, be it by an invocation before. */
export interface CopyProgress {
  readonly objects: number;
  readonly bytes: number;
  /** Set when the time was up before the end: every key up to this one has been copied. */
  readonly after?: string;
}

const gibibyte = 1024 ** 3;
const usualConcurrency = 8;

/**
 * Copies what a job left under `outputs/<jobId>/` to the same keys of another bucket, within S3. An object that is
 * there already is not copied again.
 * @param timeIsUp asked before each page, each object and each part is begun
 * @throws when an object could not be copied, after those that had been begun have ended; what was copied stays
 */
export async function copyOutputs(
  client: S3Client,
  settings: CopySettings,
  { jobId, after }: CopyRequest,
  timeIsUp: () => boolean,
): Promise<CopyProgress> {
  const prefix = `outputs/${jobId}/`;
  const objects = listObjects(client, { bucket: settings.sourceBucket, prefix, after });
  const pool = createPool(settings.concurrency ?? usualConcurrency);
  const copy = copierOf(client, settings, pool, timeIsUp);
  try {
    return await copyListed(objects, after ?? keyBefore(prefix), copy, timeIsUp);
  } finally {
    await pool.settle();
  }
}

/** Begins to copy an object; answers false when it had to be given up, for the time was up. */
type Copier = (object: ListedObject) => Promise<boolean>;

function copierOf(client: S3Client, settings: CopySettings, pool: Pool, timeIsUp: () => boolean): Copier {
  const { sourceBucket, targetBucket, tagging, singleCopyLimit = 5 * gibibyte } = settings;
  const { partBytes = gibibyte / 2, concurrency = usualConcurrency } = settings;
  const buckets = { client, sourceBucket, targetBucket, tagging };
  return async (object) => {
    if (object.bytes <= singleCopyLimit) {
      await pool.begin(() => naming(object, copyObject(buckets, object)));
      return true;
    }
    // Its parts take all places; and should the time be up in its middle, every key before it has been copied.
    await pool.settle();
    return naming(object, copyInParts(buckets, object, { partBytes, concurrency }, timeIsUp));
  };
}

/** What has been copied once the copies that it began have ended. */
async function copyListed(
  objects: AsyncGenerator<ListedObject, void>,
  after: string,
  copy: Copier,
  timeIsUp: () => boolean,
): Promise<CopyProgress> {
  let progress = { objects: 0, bytes: 0, after };
  while (!timeIsUp()) {
    const next = await objects.next();
    if (next.done === true) return { objects: progress.objects, bytes: progress.bytes };
    const { key, bytes } = next.value;
    if (!(await copy(next.value))) {
      if (progress.objects > 0) break;
      throw new Error(`${key} was not copied: its ${bytes} bytes take longer than one invocation may`);
    }
    progress = { objects: progress.objects + 1, bytes: progress.bytes + bytes, after: key };
  }
  return progress;
}

/** A key before all that begin with the prefix, which may itself be one. */
function keyBefore(prefix: string): string {
  return prefix.slice(0, -1);
}

/** Says of an error which object it is about. */
async function naming<T>({ key }: ListedObject, copying: Promise<T>): Promise<T> {
  try {
    return await copying;
  } catch (error) {
    throw new Error(`${key} was not copied: ${messageOf(error)}`, { cause: error });
  }
}
