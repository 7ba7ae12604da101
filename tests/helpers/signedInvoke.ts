import { Sha256 } from "@aws-crypto/sha256-js";
import { HttpRequest } from "@smithy/protocol-http";
import { SignatureV4 } from "@smithy/signature-v4";
import type { Relay } from "./relay";

interface FunctionList {
  readonly Functions: readonly { readonly FunctionName: string }[];
}

/**
 * Invokes a function of the program as the operator.
 * @param type whether to wait for its end
 * @returns the status of the answer
 */
export async function signedInvoke(
  relay: Relay,
  name: string,
  event: object,
  type: "Event" | "RequestResponse" = "Event",
): Promise<number> {
  const listed = (await (await call(relay, "GET", "/2015-03-31/functions/")).json()) as FunctionList;
  const found = listed.Functions.find(({ FunctionName }) => FunctionName.startsWith(`${name}-`));
  if (!found) throw new Error(`the program has no function ${name}`);
  const path = `/2015-03-31/functions/${found.FunctionName}/invocations`;
  const response = await call(relay, "POST", path, JSON.stringify(event), {
    "x-amz-invocation-type": type,
  });
  return response.status;
}

async function call(
  { clientConfig }: Relay,
  method: string,
  path: string,
  body?: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  const { endpoint, region, credentials } = clientConfig;
  const { hostname, port, host, protocol } = new URL(endpoint);
  const signer = new SignatureV4({ region, credentials, service: "lambda", sha256: Sha256 });
  const content = body === undefined ? {} : { body };
  const signed = await signer.sign(
    new HttpRequest({
      method,
      protocol,
      hostname,
      port: Number(port),
      path,
      headers: { host, ...headers },
      ...content,
    }),
  );
  return fetch(`${endpoint}${path}`, { method, headers: signed.headers, ...content });
}
