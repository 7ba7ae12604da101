import { Sha256 } from "@aws-crypto/sha256-js";
import { HttpRequest } from "@smithy/protocol-http";
import { SignatureV4 } from "@smithy/signature-v4";
import type { AccessKey } from "../../local/iam/credentials";
import type { UnverifiedRequest } from "../../local/iam/signature";

export interface ToSign {
  readonly key: AccessKey;
  readonly service: string;
  readonly at: number;
  /** @default "us-east-1" */
  readonly region?: string;
  readonly method?: string;
  /** Percent-encoded. */
  readonly path?: string;
  readonly query?: Record<string, string | string[]>;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

function signerOf({ key, service, region = "us-east-1" }: ToSign): SignatureV4 {
  return new SignatureV4({
    credentials: key,
    region,
    service,
    sha256: Sha256,
    uriEscapePath: service !== "s3",
    applyChecksum: service === "s3",
  });
}

function requestOf({ method = "GET", path = "/", query = {}, headers = {}, body = "" }: ToSign): HttpRequest {
  return new HttpRequest({
    method,
    path,
    query,
    headers: { host: "127.0.0.1:4566", ...headers },
    ...(body !== "" && { body }),
  });
}

/** A request signed in its `Authorization` header, as it arrives on the wire. */
export async function signed(toSign: ToSign): Promise<UnverifiedRequest> {
  const request = await signerOf(toSign).sign(requestOf(toSign), { signingDate: new Date(toSign.at) });
  return onTheWire(request as HttpRequest, toSign.body);
}

/** A presigned request, as it arrives on the wire. */
export async function presigned(toSign: ToSign, expiresIn: number): Promise<UnverifiedRequest> {
  const request = await signerOf(toSign).presign(requestOf(toSign), {
    signingDate: new Date(toSign.at),
    expiresIn,
  });
  return onTheWire(request as HttpRequest, toSign.body);
}

function onTheWire({ method, path, query, headers }: HttpRequest, body = ""): UnverifiedRequest {
  const encode = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const pairs = Object.entries(query).flatMap(([name, values]) =>
    [values ?? ""].flat().map((value) => `${encode(name)}=${encode(value)}`),
  );
  const lowerCase = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return {
    method,
    path,
    query: pairs.join("&"),
    headers: Object.fromEntries(lowerCase),
    body: Buffer.from(body),
  };
}
