import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { listObjects, type ListedObject } from "./egress/listObjects";
import { isTerminal, type JobRecord } from "./job";

export interface LinkSettings {
  /** Where outputs last; empty when there is no such bucket. */
  readonly egressBucket: string;
  /** Where containers leave outputs; empty without containers. */
  readonly outputsBucket: string;
  /** How long links last, in seconds; at most 604,800, and no longer than the credentials that sign them. */
  readonly linkSeconds: number;
}

/** A file that a job left, and where whoever has the link can download it. */
export interface OutputLink {
  /** The object's key, without the folder of the job. */
  readonly name: string;
  readonly bytes: number;
  readonly url: string;
}

/** What a job left, as callers see it. */
export interface OutputLinks {
  readonly links: readonly OutputLink[];
  /** When the links stop working. */
  readonly expiresAt: string;
  /** Set when there are more files than links. */
  readonly more?: true;
  /** How many there are in all, and their bytes, where it is known. */
  readonly objects?: number;
  readonly bytes?: number;
}

/** Whatever their names, a hundred links stay far below what Lambda and the gateway carry. */
const mostLinks = 100;

/** Links to what a job that has ended left, where it lasts or where its containers put it; nothing if there is nothing. */
export async function outputLinks(
  client: S3Client,
  settings: LinkSettings,
  job: JobRecord,
  now: Date,
): Promise<OutputLinks | undefined> {
  const place = placeOf(settings, job);
  if (!place) return undefined;
  const objects = await firstObjects(client, place, mostLinks + 1);
  if (objects.length === 0) return undefined;
  const { expiresAt, ...signing } = signingAt(settings, now);
  const linked = objects.slice(0, mostLinks);
  return {
    links: await Promise.all(linked.map((object) => linkTo(client, place, object, signing))),
    expiresAt,
    ...(objects.length > mostLinks ? { more: true } : {}),
    ...place.totals,
  };
}

/** How links are signed, and when they stop working. A signature knows whole seconds. */
export function signingAt({ linkSeconds }: Pick<LinkSettings, "linkSeconds">, now: Date) {
  const signedAt = Math.floor(now.getTime() / 1000) * 1000;
  const expiresAt = new Date(signedAt + linkSeconds * 1000).toISOString();
  return { expiresIn: linkSeconds, signingDate: new Date(signedAt), expiresAt };
}

interface OutputsPlace {
  readonly bucket: string;
  readonly prefix: string;
  readonly totals?: { readonly objects: number; readonly bytes: number };
  /** Whether the objects themselves say what they are to be called. */
  readonly named: boolean;
}

function placeOf(
  { egressBucket, outputsBucket }: LinkSettings,
  { jobId, status, source, outputs }: JobRecord,
): OutputsPlace | undefined {
  if (!isTerminal(status)) return undefined;
  if (outputs && egressBucket !== "") {
    const { prefix, objects, bytes } = outputs;
    return { bucket: egressBucket, prefix, totals: { objects, bytes }, named: source === "webhook" };
  }
  if (outputsBucket === "") return undefined;
  return { bucket: outputsBucket, prefix: `outputs/${jobId}/`, named: false };
}

async function firstObjects(
  client: S3Client,
  { bucket, prefix }: OutputsPlace,
  count: number,
): Promise<ListedObject[]> {
  const objects: ListedObject[] = [];
  // What is called like the folder itself has no name in it.
  const request = { bucket, prefix, after: prefix, pageSize: count };
  for await (const object of listObjects(client, request)) {
    objects.push(object);
    if (objects.length === count) break;
  }
  return objects;
}

async function linkTo(
  client: S3Client,
  { bucket, prefix, named }: OutputsPlace,
  { key, bytes }: ListedObject,
  signing: { readonly expiresIn: number; readonly signingDate: Date },
): Promise<OutputLink> {
  const name = key.slice(prefix.length);
  const disposition = named ? {} : { ResponseContentDisposition: attachment(name) };
  const command = new GetObjectCommand({ Bucket: bucket, Key: key, ...disposition });
  return { name, bytes, url: await getSignedUrl(client, command, signing) };
}

/**
 * Has browsers save a file under its own name; who does not read `filename*` gets one in ASCII.
 * Source: RFC 6266, section 4.1, and RFC 8187, section 3.2.1
 */
function attachment(name: string): string {
  const fileName = name.split("/").findLast((segment) => segment !== "") ?? name;
  const ascii = fileName.replace(/[^\x20-\x7e]|["\\%]/gu, "_");
  const encoded = encodeURIComponent(fileName).replace(/['()*]/g, percentEncoded);
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

function percentEncoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
