import type { Account } from "../account";
import type { Authorize } from "../endpoint/authorize";
import type { Verified, Verify } from "../iam/signature";
import { AwsError } from "../services/service";
import { GatewayError, type GatewayResponseType } from "./gatewayResponseTypes";
import type { GatewayRequest } from "./gatewayRequest";

export interface IamAuthorizationOptions {
  readonly account: Account;
  readonly apiId: string;
  readonly stageName: string;
  readonly verify: Verify;
  readonly authorize: Authorize;
}

/** The gateway response for what a signature check ends in. */
const signatureResponses: Readonly<Record<string, GatewayResponseType>> = {
  MissingAuthenticationTokenException: "MISSING_AUTHENTICATION_TOKEN",
  ExpiredTokenException: "EXPIRED_TOKEN",
};

/** The door that REST APIs are. */
const door = { only: "execute-api" };

/**
 * Lets a caller pass whose signature is good and who may invoke the method.
 * @throws GatewayError
 */
export async function authorizeCaller(
  request: GatewayRequest,
  options: IamAuthorizationOptions,
): Promise<Verified> {
  const verified = verifyCaller(request, options.verify);
  const { account, apiId, stageName, authorize } = options;
  const arn = `arn:${account.partition}:execute-api:${account.region}:${account.accountId}:${apiId}`;
  const resource = `${arn}/${stageName}/${request.method}${request.resourceRequestPath}`;
  const { method, path, query, headers, body } = request;
  try {
    await authorize({ principal: verified.principal, method, path, query, headers, body }, "execute-api", [
      { action: "execute-api:Invoke", resource },
    ]);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new GatewayError("ACCESS_DENIED", error.message, { cause: error });
  }
  return verified;
}

function verifyCaller(request: GatewayRequest, verify: Verify): Verified {
  try {
    return verify(request, door);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const type = signatureResponses[error.code] ?? "INVALID_SIGNATURE";
    throw new GatewayError(type, error.message, { errorType: error.code, cause: error });
  }
}
