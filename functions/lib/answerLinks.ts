import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import type { JobRecord } from "./job";
import { signingAt } from "./outputLinks";

export interface AnswerLinkSettings {
  /** Where large answers lie; empty when no process takes any. */
  readonly handoffBucket: string;
  readonly linkSeconds: number;
}

/** Where whoever has the link can download a large answer. */
export interface AnswerLink {
  readonly url: string;
  readonly expiresAt: string;
}

/**
 * Links to the answers of a job that went by reference, by step. What the record says is linked, never what an answer
 * says: the other side could name any object.
 */
export async function answerLinks(
  client: S3Client,
  { handoffBucket, linkSeconds }: AnswerLinkSettings,
  { steps }: JobRecord,
  now: Date,
): Promise<Readonly<Record<string, AnswerLink>>> {
  if (handoffBucket === "") return {};
  const { expiresAt, ...signing } = signingAt({ linkSeconds }, now);
  const links = Object.entries(steps).map(async ([name, { answer }]) => {
    if (!answer?.reference) return [];
    const command = new GetObjectCommand({ Bucket: handoffBucket, Key: answer.reference.key });
    return [[name, { url: await getSignedUrl(client, command, signing), expiresAt }] as const];
  });
  return Object.fromEntries((await Promise.all(links)).flat());
}
