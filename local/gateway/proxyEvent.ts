import { algorithm } from "../iam/sigv4/signatureParts";
import { isBinary } from "./binaryMedia";
import type { GatewayRequest } from "./gatewayRequest";
import type { RequestContext } from "./requestContext";

export interface ProxyEventInput {
  readonly request: GatewayRequest;
  readonly resourcePath: string;
  readonly context: RequestContext;
  readonly stageVariables: Readonly<Record<string, string>> | undefined;
  readonly binaryMediaTypes: readonly string[];
}

/** The event of a Lambda proxy integration, payload format 1.0. */
export function proxyEvent({
  request,
  resourcePath,
  context,
  stageVariables,
  binaryMediaTypes,
}: ProxyEventInput) {
  const headers = passedHeaders(request, context.requestId);
  const isBase64Encoded = isBinary(request.headers["content-type"], binaryMediaTypes);
  const body = request.body.toString(isBase64Encoded ? "base64" : "utf8");
  return {
    resource: resourcePath,
    path: request.resourceRequestPath,
    httpMethod: request.method,
    headers: orNull(lastValues(headers)),
    multiValueHeaders: orNull(allValues(headers)),
    queryStringParameters: orNull(lastValues(request.queryPairs)),
    multiValueQueryStringParameters: orNull(allValues(request.queryPairs)),
    pathParameters: orNull(request.pathParameters),
    stageVariables: orNull(stageVariables ?? {}),
    requestContext: context,
    body: body === "" ? null : body,
    isBase64Encoded: isBase64Encoded && body !== "",
  };
}

/** What never reaches an integration. */
const dropped = new Set(
  (
    "connection content-length content-md5 expect max-forwards proxy-authenticate server te transfer-encoding trailer " +
    "upgrade www-authenticate"
  ).split(" "),
);

function passedHeaders({ headerPairs, headers, sourceIp, port }: GatewayRequest, requestId: string) {
  const signed = headers["authorization"]?.startsWith(algorithm);
  const forwarded = headers["x-forwarded-for"];
  const added: [string, string][] = [
    ["X-Amzn-Trace-Id", `Root=1-${requestId.slice(0, 8)}-${requestId.replaceAll("-", "").slice(8)}`],
    ["X-Forwarded-For", forwarded === undefined ? sourceIp : `${forwarded}, ${sourceIp}`],
    ["X-Forwarded-Port", String(port)],
    ["X-Forwarded-Proto", "http"],
  ];
  const overwritten = new Set(added.map(([name]) => name.toLowerCase()));
  const kept = headerPairs.filter(([name]) => {
    const key = name.toLowerCase();
    return !dropped.has(key) && !overwritten.has(key) && !(key === "authorization" && signed);
  });
  return [...kept, ...added];
}

type Pairs = readonly (readonly [name: string, value: string])[];

const lastValues = (pairs: Pairs): Record<string, string> => Object.fromEntries(pairs);

function allValues(pairs: Pairs): Record<string, string[]> {
  const values = new Map<string, string[]>();
  for (const [name, value] of pairs) values.set(name, [...(values.get(name) ?? []), value]);
  return Object.fromEntries(values);
}

const orNull = <Values extends object>(values: Values) => (Object.keys(values).length === 0 ? null : values);
