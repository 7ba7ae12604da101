import { AwsError, type AwsResponse } from "../service";
import { isDeleteMarker, type Bucket } from "./bucket";
import { readPayload } from "./payload";
import { checkWriteConditions } from "./preconditions";
import { invalidRequest } from "./s3Errors";
import { objectArn, respond, respondXml, type S3Operation, type S3State } from "./s3Operation";
import type { S3Request } from "./s3Request";
import type { XmlContent } from "./xml";
import { childrenNamed, childText, malformedXml, readXml } from "./xmlReader";

const mostKeys = 1000;

interface Target {
  readonly key: string;
  readonly versionId: string | undefined;
  readonly etag: string | undefined;
}

interface Deletion {
  /** Of the deleted version, or of the marker that now hides the others. */
  readonly versionId: string | undefined;
  readonly marker: boolean;
}

export const deleteOperations = {
  DeleteObject: {
    permissions: (request) => [permissionToDelete(request.bucket, targetOf(request))],
    run(request, state) {
      const { versionId, marker } = remove(request, targetOf(request), state);
      return respond(204, {
        "x-amz-version-id": versionId,
        "x-amz-delete-marker": marker ? "true" : undefined,
      });
    },
  },
  DeleteObjects: {
    permissions: (request) =>
      readTargets(request).targets.map((target) => permissionToDelete(request.bucket, target)),
    run: deleteObjects,
  },
} satisfies Record<string, S3Operation>;

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
function deleteObjects(request: S3Request, state: S3State): AwsResponse {
  state.store.bucket(request.bucket);
  const { checksumGiven } = readPayload(request);
  if (!checksumGiven && request.headers["content-md5"] === undefined) {
    throw invalidRequest("Missing required header for this request: Content-MD5 OR x-amz-checksum-*");
  }
  const { targets, quiet } = readTargets(request);
  const deleted: XmlContent[] = [];
  const errors: XmlContent[] = [];
  for (const target of targets) {
    try {
      deleted.push(describe(target, remove(request, target, state)));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      errors.push({ Key: target.key, VersionId: target.versionId, Code: error.code, Message: error.message });
    }
  }
  return respondXml("DeleteResult", { Deleted: quiet ? [] : deleted, Error: errors });
}

function describe({ key, versionId }: Target, deletion: Deletion): XmlContent {
  return {
    Key: key,
    VersionId: versionId,
    DeleteMarker: deletion.marker ? true : undefined,
    DeleteMarkerVersionId: deletion.marker ? deletion.versionId : undefined,
  };
}

function targetOf({ key, parameters, headers }: S3Request): Target {
  return { key, versionId: parameters.get("versionId"), etag: headers["if-match"] };
}

function permissionToDelete(bucket: string, { key, versionId }: Target) {
  const action = versionId === undefined ? "s3:DeleteObject" : "s3:DeleteObjectVersion";
  return { action, resource: objectArn({ bucket, key }) };
}

function remove(request: S3Request, target: Target, { store, events }: S3State): Deletion {
  const bucket = store.bucket(request.bucket);
  if (target.etag !== undefined) {
    checkWriteConditions(target.key, bucket.current(target.key), { "if-match": target.etag });
  }
  const deletion = target.versionId === undefined ? hide(bucket, target.key) : removeVersion(bucket, target);
  if (deletion.removed) {
    const kind = deletion.marker && target.versionId === undefined ? "DeleteMarkerCreated" : "Delete";
    events.removed(kind, bucket, target.key, deletion.versionId, request.principal);
  }
  return deletion;
}

function hide(bucket: Bucket, key: string): Deletion & { removed: boolean } {
  const removed = bucket.versioning !== undefined || bucket.current(key) !== undefined;
  const marker = bucket.delete(key);
  return { versionId: marker?.versionId, marker: marker !== undefined, removed };
}

function removeVersion(bucket: Bucket, { key, versionId = "" }: Target): Deletion & { removed: boolean } {
  const version = bucket.deleteVersion(key, versionId);
  return {
    versionId,
    marker: version !== undefined && isDeleteMarker(version),
    removed: version !== undefined,
  };
}

function readTargets({ body }: S3Request): { targets: Target[]; quiet: boolean } {
  const root = readXml(body.toString("utf8"));
  const objects = childrenNamed(root, "Object");
  if (root.name !== "Delete" || objects.length === 0 || objects.length > mostKeys) throw malformedXml();
  const targets = objects.map((object): Target => {
    const key = childText(object, "Key");
    if (!key) throw malformedXml();
    return { key, versionId: childText(object, "VersionId"), etag: childText(object, "ETag") };
  });
  return { targets, quiet: childText(root, "Quiet") === "true" };
}
