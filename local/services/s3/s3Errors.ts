import { randomBytes } from "node:crypto";
import { AwsError, type AwsRequest, type AwsResponse } from "../service";
import { xmlDocument } from "./xml";

/** An error of S3's, with the members and headers that it carries beside code and message. */
export class S3Error extends AwsError {
  constructor(
    code: string,
    message: string,
    status = 400,
    readonly details: Readonly<Record<string, string>> = {},
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(code, message, status);
  }
}

export const requestHeaders = () => ({
  "x-amz-request-id": randomBytes(8).toString("hex").toUpperCase(),
  "x-amz-id-2": randomBytes(48).toString("base64"),
});

/**
 * An error as S3 answers it: XML, or for HEAD nothing but the status.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export function renderS3Error(error: AwsError, request: AwsRequest): AwsResponse {
  const denied = error.code === "AccessDeniedException" || error.code === "AccessDenied";
  const status = denied ? 403 : error.status;
  const code = denied ? "AccessDenied" : error.code;
  const { details, headers } = error instanceof S3Error ? error : { details: {}, headers: {} };
  const ids = requestHeaders();
  const content = {
    Code: code,
    Message: error.message,
    ...details,
    RequestId: ids["x-amz-request-id"],
    HostId: ids["x-amz-id-2"],
  };
  const withBody = request.method !== "HEAD" && status !== 304;
  return {
    status,
    headers: { ...ids, ...headers, ...(withBody ? { "content-type": "application/xml" } : {}) },
    body: withBody ? xmlDocument("Error", content) : "",
  };
}

export const noSuchBucket = (bucket: string) =>
  new S3Error("NoSuchBucket", "The specified bucket does not exist", 404, { BucketName: bucket });

export const noSuchKey = (key: string, headers: Readonly<Record<string, string>> = {}) =>
  new S3Error("NoSuchKey", "The specified key does not exist.", 404, { Key: key }, headers);

export const noSuchVersion = (key: string, versionId: string) =>
  new S3Error("NoSuchVersion", "The specified version does not exist.", 404, {
    Key: key,
    VersionId: versionId,
  });

export const noSuchUpload = (uploadId: string) =>
  new S3Error(
    "NoSuchUpload",
    "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
    404,
    { UploadId: uploadId },
  );

export const preconditionFailed = (condition: string) =>
  new S3Error("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412, {
    Condition: condition,
  });

export const invalidArgument = (message: string, name: string, value: string) =>
  new S3Error("InvalidArgument", message, 400, { ArgumentName: name, ArgumentValue: value });

export const invalidRequest = (message: string) => new S3Error("InvalidRequest", message);

/** @param what the header or sub-resource that asks for something the local cloud does not have */
export const notImplemented = (what: string) =>
  new S3Error(
    "NotImplemented",
    `A header or parameter you provided implies functionality that is not implemented: ${what}`,
    501,
    { Header: what },
  );
