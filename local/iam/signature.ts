import { createHmac, timingSafeEqual } from "node:crypto";
import type { Account } from "../account";
import type { Clock } from "../clock";
import type { Credential, Credentials } from "./credentials";
import type { Principal } from "./principal";
import { canonicalRequest, sha256Hex, type UnverifiedRequest } from "./sigv4/canonicalRequest";
import { signatureErrors, type SignatureErrors } from "./sigv4/errors";
import { checkPayload, declaredPayloadHash } from "./sigv4/payloadHash";
import { algorithm, signatureParts, type SignatureParts } from "./sigv4/signatureParts";
import { createSigningKeys } from "./sigv4/signingKeys";
import { checkTime } from "./sigv4/timeWindow";

export { carriesSignature } from "./sigv4/signatureParts";
export type { UnverifiedRequest } from "./sigv4/canonicalRequest";

/** Who signed a request, and for what. */
export interface Verified {
  readonly principal: Principal;
  readonly accessKeyId: string;
  /** The signing name, for example `s3`. */
  readonly service: string;
  readonly region: string;
}

/** What the door at which a request arrived knows about its service. */
export interface Door {
  /** The only service behind this door, for example `execute-api`; another one in the signature is refused. */
  readonly only?: string;
  /** The service in whose words to refuse a request that does not name one. */
  readonly guess?: string;
}

/**
 * Verifies the Signature Version 4 of a request.
 * @throws AwsError under the code that the service gives on AWS
 */
export type Verify = (request: UnverifiedRequest, door?: Door) => Verified;

export interface VerifierOptions {
  readonly account: Account;
  readonly clock: Clock;
  readonly credentials: Credentials;
}

/**
 * A verifier of Signature Version 4, in the `Authorization` header or in the query.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
 */
export function createVerifier({ account, clock, credentials }: VerifierOptions): Verify {
  const signingKeys = createSigningKeys();
  return (request, { only, guess } = {}) => {
    const likely = only ?? guess ?? "";
    const parts = signatureParts(request, likely);
    if (!parts) throw signatureErrors(likely).missing();
    const errors = signatureErrors(only ?? parts.service, parts.presigned);
    const credential = credentials.lookup(parts.accessKeyId);
    if (!credential) throw errors.unknownKey();
    checkToken(parts, credential, clock.now(), errors);
    checkTime(parts, clock.now(), errors);
    checkScope(parts, { region: account.region, only }, errors);
    checkSignedHeaders(request, parts, errors);
    checkSignature(request, parts, signingKeys(credential, parts), errors);
    const { service, region, accessKeyId } = parts;
    return { principal: credential.principal, accessKeyId, service, region };
  };
}

function checkToken(
  { sessionToken }: SignatureParts,
  credential: Credential,
  now: number,
  errors: SignatureErrors,
): void {
  if (credential.sessionToken !== undefined && sessionToken === undefined) throw errors.unknownKey();
  if (credential.sessionToken !== sessionToken) throw errors.wrongToken();
  if (credential.expiresAt !== undefined && credential.expiresAt <= now) throw errors.expiredToken();
}

function checkScope(
  { scopeDate, timestamp, region, service }: SignatureParts,
  expected: { region: string; only: string | undefined },
  errors: SignatureErrors,
): void {
  const date = timestamp.slice(0, 8);
  if (scopeDate !== date) {
    throw errors.invalid(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${scopeDate}' != '${date}', from '${timestamp}'.`,
    );
  }
  if (region !== expected.region) {
    throw errors.invalid(
      service === "s3"
        ? `The authorization header is malformed; the region '${region}' is wrong; expecting '${expected.region}'`
        : `Credential should be scoped to a valid region, not '${region}'; this one is '${expected.region}'.`,
    );
  }
  if (expected.only !== undefined && service !== expected.only) {
    throw errors.invalid(`Credential should be scoped to correct service: '${expected.only}'.`);
  }
}

/** Host and every `x-amz-*` header must be under the signature, or they could be changed on the way. */
function checkSignedHeaders(
  { headers }: UnverifiedRequest,
  { signedHeaders }: SignatureParts,
  errors: SignatureErrors,
): void {
  const unsigned = Object.keys(headers).filter(
    (name) => (name === "host" || name.startsWith("x-amz-")) && !signedHeaders.includes(name),
  );
  if (unsigned.length > 0) throw errors.unsignedHeaders(unsigned);
}

function checkSignature(
  request: UnverifiedRequest,
  parts: SignatureParts,
  signingKey: Buffer,
  errors: SignatureErrors,
): void {
  const { signedHeaders, service, timestamp, scopeDate, region, presigned } = parts;
  const isS3 = service === "s3";
  const payloadHash = isS3 ? declaredPayloadHash(request, presigned) : sha256Hex(request.body);
  const canonical = canonicalRequest(request, { signedHeaders, payloadHash, isS3 });
  const scope = `${scopeDate}/${region}/${service}/aws4_request`;
  const stringToSign = `${algorithm}\n${timestamp}\n${scope}\n${sha256Hex(canonical)}`;
  const expected = createHmac("sha256", signingKey).update(stringToSign).digest();
  const given = Buffer.from(parts.signature, "hex");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw errors.mismatch();
  if (isS3) checkPayload(request.body, payloadHash);
}
