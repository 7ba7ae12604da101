import { gunzipSync } from "node:zlib";
import { jsonService, type JsonOperation } from "../jsonProtocol";
import { AwsError, type AwsRequest, type AwsResponse, type Service } from "../service";
import { queryCodes } from "./errors";

/** What a compressed request may grow to. */
const largestBody = 32 * 1024 * 1024;

/**
 * CloudWatch's wire protocol: AWS JSON 1.0, bodies that may be compressed, and the codes of the older XML protocol in a
 * header for the clients that ask for them. Of the three protocols in CloudWatch's model botocore takes this one.
 * Source: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#aws-protocols-awsquerycompatible-trait
 */
export function cloudWatchService(operations: Readonly<Record<string, JsonOperation>>): Service {
  const service = jsonService({ targetPrefix: "GraniteServiceVersion20100801", version: "1.0", operations });
  const renderError = (error: AwsError, request: AwsRequest) =>
    withQueryError(service.renderError(error, request), error.code, error.status);
  return {
    renderError,
    requiredPermissions: (request) => service.requiredPermissions(inflate(request) ?? request),
    async handle(request) {
      const inflated = inflate(request);
      if (!inflated) {
        return renderError(
          new AwsError("SerializationException", "the body is not what its Content-Encoding says"),
          request,
        );
      }
      const response = await service.handle(inflated);
      return response.status < 400 ? response : withQueryError(response, codeOf(response), response.status);
    },
  };
}

/** Undefined when the body cannot be read. */
function inflate(request: AwsRequest): AwsRequest | undefined {
  if (request.headers["content-encoding"] !== "gzip") return request;
  try {
    return { ...request, body: gunzipSync(request.body, { maxOutputLength: largestBody }) };
  } catch (error) {
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}

function codeOf({ body }: AwsResponse): string {
  const { __type } = JSON.parse(body.toString()) as { readonly __type: string };
  return __type;
}

function withQueryError(response: AwsResponse, code: string, status: number): AwsResponse {
  const fault = status >= 500 ? "Receiver" : "Sender";
  return {
    ...response,
    headers: { ...response.headers, "x-amzn-query-error": `${queryCodes[code] ?? code};${fault}` },
  };
}
