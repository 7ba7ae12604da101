import { AwsError } from "../../services/service";

/** The kinds of refusal that a signature check can end in; each family of services has its own code and words for them. */
export interface SignatureErrors {
  /** No signature at all. */
  readonly missing: () => AwsError;
  /** A signature that cannot be read. */
  readonly incomplete: (detail: string) => AwsError;
  /** An access key, or session token, that does not exist. */
  readonly unknownKey: () => AwsError;
  /** A session token that does not belong to the access key. */
  readonly wrongToken: () => AwsError;
  /** Temporary credentials past their end. */
  readonly expiredToken: () => AwsError;
  /** A signature that is not the one computed. */
  readonly mismatch: () => AwsError;
  /** A signature that is refused whatever its value: wrong scope, unsigned headers. */
  readonly invalid: (detail: string) => AwsError;
  /** Headers that the signature leaves out and must not. */
  readonly unsignedHeaders: (names: readonly string[]) => AwsError;
  /** A request whose time is too long ago. */
  readonly expired: (detail: string) => AwsError;
  /** A request whose time is too far ahead. */
  readonly notYetCurrent: (detail: string) => AwsError;
}

const invalidToken = "The security token included in the request is invalid.";
const expiredToken = "The security token included in the request is expired";
const differs =
  "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key " +
  "and signing method. Consult the service documentation for details.";

const tooSkewed = "The difference between the request time and the current time is too large.";
const mustBeSigned = (names: readonly string[]) =>
  names.map((name) => `'${name}' must be a 'SignedHeader' in the AWS Authorization.`).join(" ");

/**
 * The codes of services that speak the query protocol.
 * Source: https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
 */
const queryErrors: SignatureErrors = {
  missing: () => new AwsError("MissingAuthenticationToken", "Request is missing Authentication Token", 403),
  incomplete: (detail) => new AwsError("IncompleteSignature", detail, 400),
  unknownKey: () => new AwsError("InvalidClientTokenId", invalidToken, 403),
  wrongToken: () => new AwsError("InvalidClientTokenId", invalidToken, 403),
  expiredToken: () => new AwsError("ExpiredToken", expiredToken, 403),
  mismatch: () => new AwsError("SignatureDoesNotMatch", differs, 403),
  invalid: (detail) => new AwsError("SignatureDoesNotMatch", detail, 403),
  unsignedHeaders: (names) => new AwsError("SignatureDoesNotMatch", mustBeSigned(names), 403),
  expired: (detail) => new AwsError("SignatureDoesNotMatch", detail, 403),
  notYetCurrent: (detail) => new AwsError("SignatureDoesNotMatch", detail, 403),
};

/**
 * The codes of services that speak JSON: AWS JSON answers them with 400, REST JSON with 403.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
 */
const jsonErrors = (status: number): SignatureErrors => ({
  missing: () => new AwsError("MissingAuthenticationTokenException", "Missing Authentication Token", status),
  incomplete: (detail) => new AwsError("IncompleteSignatureException", detail, status),
  unknownKey: () => new AwsError("UnrecognizedClientException", invalidToken, status),
  wrongToken: () => new AwsError("UnrecognizedClientException", invalidToken, status),
  expiredToken: () => new AwsError("ExpiredTokenException", expiredToken, status),
  mismatch: () => new AwsError("InvalidSignatureException", differs, status),
  invalid: (detail) => new AwsError("InvalidSignatureException", detail, status),
  unsignedHeaders: (names) => new AwsError("InvalidSignatureException", mustBeSigned(names), status),
  expired: (detail) => new AwsError("InvalidSignatureException", detail, status),
  notYetCurrent: (detail) => new AwsError("InvalidSignatureException", detail, status),
});

/**
 * The codes of S3.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
const s3Errors: SignatureErrors = {
  missing: () => new AwsError("AccessDenied", "Access Denied", 403),
  incomplete: (detail) => new AwsError("AuthorizationHeaderMalformed", detail, 400),
  unknownKey: () =>
    new AwsError(
      "InvalidAccessKeyId",
      "The AWS Access Key Id you provided does not exist in our records.",
      403,
    ),
  wrongToken: () =>
    new AwsError("InvalidToken", "The provided token is malformed or otherwise invalid.", 400),
  expiredToken: () => new AwsError("ExpiredToken", "The provided token has expired.", 400),
  mismatch: () =>
    new AwsError(
      "SignatureDoesNotMatch",
      "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
      403,
    ),
  invalid: (detail) => new AwsError("AuthorizationHeaderMalformed", detail, 400),
  unsignedHeaders: (names) =>
    new AwsError(
      "AccessDenied",
      `There were headers present in the request which were not signed: ${names.join(", ")}`,
      403,
    ),
  expired: () => new AwsError("RequestTimeTooSkewed", tooSkewed, 403),
  notYetCurrent: () => new AwsError("RequestTimeTooSkewed", tooSkewed, 403),
};

/** S3 has other codes for what is wrong with a presigned URL. */
const s3PresignedErrors: SignatureErrors = {
  ...s3Errors,
  incomplete: (detail) => new AwsError("AuthorizationQueryParametersError", detail, 400),
  invalid: (detail) => new AwsError("AuthorizationQueryParametersError", detail, 400),
  expired: () => new AwsError("AccessDenied", "Request has expired", 403),
  notYetCurrent: () => new AwsError("AccessDenied", "Request is not yet valid", 403),
};

const awsJsonErrors = jsonErrors(400);
const restJsonErrors = jsonErrors(403);
const queryServices = new Set(["sts", "sqs", "sns", "iam", "monitoring", "cloudformation", "ec2"]);
const restJsonServices = new Set(["lambda", "batch", "execute-api", "apigateway", "scheduler", "pipes"]);

/** The codes of the service with that signing name; of AWS JSON for one that the local cloud does not know. */
export function signatureErrors(service: string, presigned = false): SignatureErrors {
  if (service === "s3") return presigned ? s3PresignedErrors : s3Errors;
  if (queryServices.has(service)) return queryErrors;
  return restJsonServices.has(service) ? restJsonErrors : awsJsonErrors;
}
