import type { RequiredPermission } from "../service";
import type { ObjectVersion } from "./bucket";
import type { ObjectStore } from "./objectStore";
import { findVersion, permissionsToRead } from "./readOperations";
import { invalidArgument } from "./s3Errors";
import type { S3State } from "./s3Operation";
import { decodePath, type S3Request } from "./s3Request";

export interface NamedSource {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string | undefined;
}

/** What `x-amz-copy-source` names: `<bucket>/<key>`, percent-encoded, and maybe `?versionId=`. @throws S3Error */
export function namedSource({ headers }: S3Request): NamedSource {
  const header = headers["x-amz-copy-source"] ?? "";
  const [, path = "", versionId] = /^\/?(.*?)(?:\?versionId=(.*))?$/s.exec(header) ?? [];
  const decoded = decodePath(path);
  const slash = decoded.indexOf("/");
  if (slash < 1 || slash === decoded.length - 1) {
    throw invalidArgument("Invalid copy source object key", "x-amz-copy-source", header);
  }
  return { bucket: decoded.slice(0, slash), key: decoded.slice(slash + 1), versionId };
}

/** @throws S3Error when it is not there */
export function findSource(request: S3Request, store: ObjectStore): ObjectVersion {
  const { bucket, key, versionId } = namedSource(request);
  return findVersion(store.bucket(bucket), key, versionId);
}

/** As a header; the source may have no versions. */
export function copySourceVersion({ versionId }: ObjectVersion): Record<string, string> {
  return versionId === "null" ? {} : { "x-amz-copy-source-version-id": versionId };
}

/** The same as reading it takes. */
export function permissionsToReadSource(request: S3Request, state: S3State): RequiredPermission[] {
  const { bucket, key, versionId } = namedSource(request);
  const parameters = new Map(versionId === undefined ? [] : [["versionId", versionId]]);
  return permissionsToRead({ ...request, bucket, key, parameters }, state);
}
