import { createHash } from "node:crypto";
import type { AwsResponse, RequiredPermission } from "../service";
import {
  algorithms,
  checksumElement,
  checksumHeader,
  compositeChecksum,
  digest,
  type Checksum,
  type ChecksumAlgorithm,
} from "./checksums";
import { encryptionHeaders } from "./objectHeaders";
import { checkWriteConditions } from "./preconditions";
import { invalidRequest, S3Error } from "./s3Errors";
import { respondXml, versionHeader, type S3Operation, type S3State } from "./s3Operation";
import type { S3Request } from "./s3Request";
import { checkAlgorithm, findUpload } from "./uploadOperations";
import type { Upload, UploadedPart } from "./uploads";
import { permissionsToWrite } from "./writeOperations";
import { childrenNamed, childText, malformedXml, readXml, type XmlElement } from "./xmlReader";

/** In bytes, of every part but the last. */
const smallestPart = 5 * 1024 * 1024;

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html */
export const completeUpload = {
  CompleteMultipartUpload: { permissions: permissionsToComplete, run: complete },
} satisfies Record<string, S3Operation>;

/** The parts are decrypted to become one object. */
function permissionsToComplete(request: S3Request, state: S3State): RequiredPermission[] {
  return permissionsToWrite(request, state).map((each) => ({ ...each, keyActions: ["kms:Decrypt"] }));
}

function complete(request: S3Request, state: S3State): AwsResponse {
  const upload = findUpload(request, state);
  const parts = chosenParts(request, upload);
  const bucket = state.store.bucket(request.bucket);
  checkWriteConditions(request.key, bucket.current(request.key), request.headers);
  const body = joined(parts);
  const checksum = checksumOfWhole(upload, parts, body);
  checkWhole(request, upload, body, checksum);
  const { headers, tags } = upload;
  const partSizes = parts.map(({ data }) => data.length);
  const version = bucket.put(request.key, { body, etag: etagOf(parts), checksum, headers, tags, partSizes });
  state.uploads.end(upload);
  const response = respondXml(
    "CompleteMultipartUploadResult",
    {
      Location: `http://${request.headers["host"] ?? "localhost"}${request.path}`,
      Bucket: request.bucket,
      Key: request.key,
      ETag: `"${version.etag}"`,
      [checksumElement(checksum.algorithm)]: checksum.value,
      ChecksumType: checksum.type,
    },
    { ...encryptionHeaders(headers), ...versionHeader(version, bucket.versioning) },
  );
  state.events.created("CompleteMultipartUpload", bucket, version, request.principal, response);
  return response;
}

/** The data of one part is the object's as it is. */
function joined(parts: readonly UploadedPart[]): Buffer {
  const [first, ...others] = parts.map(({ data }) => data);
  return first && others.length === 0 ? first : Buffer.concat(parts.map(({ data }) => data));
}

function chosenParts({ body }: S3Request, upload: Upload): UploadedPart[] {
  const root = readXml(body.toString("utf8"));
  const elements = childrenNamed(root, "Part");
  if (root.name !== "CompleteMultipartUpload" || elements.length === 0) throw malformedXml();
  const parts = elements.map((element) => chosenPart(element, upload));
  if (parts.some((part, index) => part.partNumber <= (parts[index - 1]?.partNumber ?? 0))) {
    throw new S3Error(
      "InvalidPartOrder",
      "The list of parts was not in ascending order. The parts list must be specified in order by part number.",
      400,
      { UploadId: upload.uploadId },
    );
  }
  const small = parts.slice(0, -1).find(({ data }) => data.length < smallestPart);
  if (small) throw entityTooSmall(small);
  return parts;
}

function chosenPart(element: XmlElement, upload: Upload): UploadedPart {
  const partNumber = Number(childText(element, "PartNumber"));
  const etag = childText(element, "ETag")?.replace(/^"(.*)"$/, "$1");
  const part = upload.parts.get(partNumber);
  if (!part || part.etag !== etag) throw invalidPart(upload, partNumber, etag);
  const given = algorithms.find((algorithm) => childText(element, checksumElement(algorithm)) !== undefined);
  if (given && childText(element, checksumElement(given)) !== checksumOf(part, given)) {
    throw invalidPart(upload, partNumber, etag);
  }
  if (!given && upload.algorithm && upload.checksumType === "COMPOSITE") {
    throw invalidRequest(
      `The upload was created using a ${upload.algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${partNumber} in the request.`,
    );
  }
  return part;
}

function checksumOf({ checksum, data }: UploadedPart, algorithm: ChecksumAlgorithm): string {
  return checksum.algorithm === algorithm ? checksum.value : digest(algorithm, data);
}

function checksumOfWhole(
  { algorithm = "CRC64NVME", checksumType }: Upload,
  parts: UploadedPart[],
  body: Buffer,
): Checksum {
  if (checksumType === "COMPOSITE")
    return compositeChecksum(
      algorithm,
      parts.map(({ checksum }) => checksum),
    );
  return { algorithm, value: digest(algorithm, body), type: "FULL_OBJECT" };
}

/** The caller may say how large the object is, and what its checksum and the type of that. */
function checkWhole({ headers }: S3Request, upload: Upload, body: Buffer, checksum: Checksum): void {
  const size = headers["x-amz-mp-object-size"];
  if (size !== undefined && Number(size) !== body.length) {
    throw invalidRequest(
      `The provided 'x-amz-mp-object-size' header value ${size} does not match what was computed: ${body.length}`,
    );
  }
  const type = headers["x-amz-checksum-type"];
  if (type !== undefined && type !== checksum.type) {
    throw badDigest(`The checksum type ${type} is not ${checksum.type}, with which the upload was created.`);
  }
  for (const algorithm of algorithms) {
    const given = headers[checksumHeader(algorithm)];
    if (given === undefined) continue;
    checkAlgorithm(upload, algorithm);
    if (algorithm === checksum.algorithm && given !== checksum.value) {
      throw badDigest(`The ${algorithm} you specified did not match the calculated checksum.`);
    }
  }
}

const badDigest = (message: string) => new S3Error("BadDigest", message);

function etagOf(parts: readonly UploadedPart[]): string {
  const digests = Buffer.concat(parts.map(({ etag }) => Buffer.from(etag, "hex")));
  return `${createHash("md5").update(digests).digest("hex")}-${parts.length}`;
}

function invalidPart({ uploadId }: Upload, partNumber: number, etag = ""): S3Error {
  return new S3Error(
    "InvalidPart",
    "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    400,
    { UploadId: uploadId, PartNumber: String(partNumber), ETag: etag },
  );
}

function entityTooSmall({ data, partNumber, etag }: UploadedPart): S3Error {
  return new S3Error("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", 400, {
    ProposedSize: String(data.length),
    MinSizeAllowed: String(smallestPart),
    PartNumber: String(partNumber),
    ETag: etag,
  });
}
