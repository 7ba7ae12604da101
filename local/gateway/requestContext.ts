import { createHash, randomBytes } from "node:crypto";
import { principalName } from "../iam/principal";
import { userId } from "../iam/roleId";
import type { Verified } from "../iam/signature";
import type { GatewayRequest } from "./gatewayRequest";

/** `requestContext` of a proxy event, and `$context` of a template. */
export type RequestContext = ReturnType<typeof requestContext>;

interface ContextInput {
  readonly request: GatewayRequest;
  /** Undefined for a request that matches no resource. */
  readonly resourcePath: string | undefined;
  readonly requestId: string;
  readonly now: number;
  readonly api: { accountId: string; apiId: string; stage: string; deploymentId: string };
}

/**
 * The context of a request, before its caller is known.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export function requestContext({ request, resourcePath, requestId, now, api }: ContextInput) {
  const domainName = request.headers["host"] ?? "";
  return {
    accountId: api.accountId,
    apiId: api.apiId,
    deploymentId: api.deploymentId,
    domainName,
    domainPrefix: domainName.split(".")[0] ?? "",
    extendedRequestId: randomBytes(11).toString("base64"),
    httpMethod: request.method,
    identity: anonymous(request),
    path: `/${api.stage}${request.resourceRequestPath}`,
    protocol: "HTTP/1.1",
    requestId,
    requestTime: commonLogTime(now),
    requestTimeEpoch: now,
    ...(resourcePath !== undefined && { resourceId: shortId(resourcePath), resourcePath }),
    stage: api.stage,
  };
}

export interface Identity {
  readonly accessKey: string | null;
  readonly accountId: string | null;
  readonly caller: string | null;
  readonly cognitoAuthenticationProvider: null;
  readonly cognitoAuthenticationType: null;
  readonly cognitoIdentityId: null;
  readonly cognitoIdentityPoolId: null;
  readonly principalOrgId: null;
  readonly sourceIp: string;
  readonly user: string | null;
  readonly userAgent: string | null;
  readonly userArn: string | null;
}

function anonymous({ headers, sourceIp }: GatewayRequest): Identity {
  return {
    accessKey: null,
    accountId: null,
    caller: null,
    cognitoAuthenticationProvider: null,
    cognitoAuthenticationType: null,
    cognitoIdentityId: null,
    cognitoIdentityPoolId: null,
    principalOrgId: null,
    sourceIp,
    user: null,
    userAgent: headers["user-agent"] ?? null,
    userArn: null,
  };
}

/** The identity of a caller whose signature is good. */
export function signedIdentity(
  request: GatewayRequest,
  { principal, accessKeyId }: Verified,
  accountId: string,
): Identity {
  const user = userId(principal);
  return {
    ...anonymous(request),
    accessKey: accessKeyId,
    accountId,
    caller: user,
    user,
    userArn: principalName(principal),
  };
}

/** API Gateway's ids: a few small letters and digits. */
export function shortId(text: string): string {
  return BigInt(`0x${createHash("sha256").update(text).digest("hex").slice(0, 12)}`)
    .toString(36)
    .padStart(6, "0")
    .slice(0, 6);
}

/** For example `01/May/2026:12:00:00 +0000`. */
function commonLogTime(now: number): string {
  const [, day, month, year, time] =
    /^\w+, (\d\d) (\w+) (\d+) ([\d:]+)/.exec(new Date(now).toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}
