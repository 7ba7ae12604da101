import { randomUUID } from "node:crypto";
import { escapeXml, queryProtocolError } from "../iam/queryProtocol";
import type { UnverifiedRequest } from "../iam/signature";
import type { AwsError, AwsResponse } from "../services/service";

/**
 * Renders an error for a service that the local cloud does not have, in the form that its SDKs read: what the
 * request's own form says, since there is no service to ask.
 */
export function renderErrorUnknownService(
  error: AwsError,
  service: string,
  { headers }: UnverifiedRequest,
): AwsResponse {
  if (headers["content-type"]?.startsWith("application/x-www-form-urlencoded")) {
    return queryProtocolError(error, `https://${service}.amazonaws.com/doc/`);
  }
  return speaksRestXml(service) ? restXmlError(error) : jsonError(error, headers["content-type"]);
}

function speaksRestXml(service: string): boolean {
  return ["s3", "s3express", "route53", "cloudfront"].includes(service);
}

function restXmlError(error: AwsError): AwsResponse {
  const requestId = randomUUID();
  const body =
    `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${escapeXml(error.code)}</Code>` +
    `<Message>${escapeXml(error.message)}</Message><RequestId>${requestId}</RequestId></Error>`;
  return {
    status: error.status,
    headers: { "content-type": "application/xml", "x-amzn-requestid": requestId },
    body,
  };
}

function jsonError(error: AwsError, contentType: string | undefined): AwsResponse {
  return {
    status: error.status,
    headers: {
      "content-type": contentType?.startsWith("application/x-amz-json") ? contentType : "application/json",
      "x-amzn-requestid": randomUUID(),
      "x-amzn-errortype": error.code,
    },
    body: JSON.stringify({ __type: error.code, message: error.message }),
  };
}
