import { Sha256 } from "@aws-crypto/sha256-js";
import { HttpRequest } from "@smithy/protocol-http";
import { SignatureV4 } from "@smithy/signature-v4";

export interface Signer {
  readonly region: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
}

/** A request's body, as it is sent. */
export interface Body {
  readonly text: string;
  readonly contentType: string;
}

/** A body of JSON. */
export function jsonBody(value: unknown): Body {
  return { text: JSON.stringify(value), contentType: "application/json" };
}

/** Calls the API with a signed request, as any AWS client would (Signature Version 4). */
export async function signedFetch(
  signer: Signer,
  method: string,
  url: string,
  body?: Body,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const { protocol, hostname, port, host, pathname, search } = new URL(url);
  const signature = new SignatureV4({ ...signer, service: "execute-api", sha256: Sha256 });
  const content = body ? { body: body.text } : {};
  const signed = await signature.sign(
    new HttpRequest({
      method,
      protocol,
      hostname,
      ...(port === "" ? {} : { port: Number(port) }),
      path: pathname,
      query: Object.fromEntries(new URLSearchParams(search)),
      headers: { ...headers, host, ...(body ? { "content-type": body.contentType } : {}) },
      ...content,
    }),
  );
  return fetch(url, { method, headers: signed.headers, ...content });
}
