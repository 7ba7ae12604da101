import type { Account } from "../../account";
import type { Clock } from "../../clock";
import type { AwsResponse, RequiredPermission } from "../service";
import type { ObjectEvents } from "./objectEvents";
import type { ObjectStore } from "./objectStore";
import { requestHeaders } from "./s3Errors";
import type { S3Request } from "./s3Request";
import type { Uploads } from "./uploads";
import { xmlDocument, type XmlContent } from "./xml";

/** What the operations of S3 work on. */
export interface S3State {
  readonly account: Account;
  readonly clock: Clock;
  readonly store: ObjectStore;
  readonly uploads: Uploads;
  readonly events: ObjectEvents;
}

/** One operation of S3: what it needs, and what it does. */
export interface S3Operation {
  permissions(request: S3Request, state: S3State): readonly RequiredPermission[];
  /** @throws S3Error */
  run(request: S3Request, state: S3State): AwsResponse;
}

export const bucketArn = (bucket: string) => `arn:aws:s3:::${bucket}`;

export const objectArn = ({ bucket, key }: Pick<S3Request, "bucket" | "key">) =>
  `arn:aws:s3:::${bucket}/${key}`;

/** A permission on the bucket of a request. */
export const onBucket =
  (action: string) =>
  ({ bucket }: S3Request): RequiredPermission[] => [{ action, resource: bucketArn(bucket) }];

/** A permission on the object of a request. */
export const onObject =
  (action: string) =>
  (request: S3Request): RequiredPermission[] => [{ action, resource: objectArn(request) }];

const namespace = "http://s3.amazonaws.com/doc/2006-03-01/";

export function respond(
  status: number,
  headers: Readonly<Record<string, string | undefined>> = {},
  body: Buffer | string = "",
): AwsResponse {
  const entries = Object.entries(headers).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return { status, headers: { ...requestHeaders(), ...Object.fromEntries(entries) }, body };
}

export function respondXml(
  name: string,
  content: XmlContent,
  headers: Readonly<Record<string, string | undefined>> = {},
): AwsResponse {
  return respond(
    200,
    { "content-type": "application/xml", ...headers },
    xmlDocument(name, content, namespace),
  );
}

/** As a header; a bucket that never had versions has no version ids. */
export function versionHeader(
  { versionId }: { versionId: string },
  versioning: unknown,
): Record<string, string> {
  return versioning === undefined ? {} : { "x-amz-version-id": versionId };
}
