import { createHmac } from "node:crypto";
import type { Credential } from "../credentials";

/** The scope that a signing key is good for. */
export interface SigningScope {
  readonly scopeDate: string;
  readonly region: string;
  readonly service: string;
}

/** A key is good for a day, and few services are called with it. */
const keptPerCredential = 50;

/** Derives signing keys, each once: four HMACs are most of the work of a verification. */
export function createSigningKeys(): (credential: Credential, scope: SigningScope) => Buffer {
  const known = new WeakMap<Credential, Map<string, Buffer>>();
  return (credential, { scopeDate, region, service }) => {
    const keys = known.get(credential) ?? new Map<string, Buffer>();
    known.set(credential, keys);
    const scope = `${scopeDate}/${region}/${service}`;
    const found = keys.get(scope);
    if (found) return found;
    if (keys.size >= keptPerCredential) keys.clear();
    const key = derive(credential.secretAccessKey, [scopeDate, region, service, "aws4_request"]);
    keys.set(scope, key);
    return key;
  };
}

function derive(secret: string, parts: readonly string[]): Buffer {
  return parts.reduce(
    (key, part) => createHmac("sha256", key).update(part).digest(),
    Buffer.from(`AWS4${secret}`),
  );
}
