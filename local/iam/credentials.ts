import { randomBytes } from "node:crypto";
import type { Clock } from "../clock";
import type { Stateful } from "../data/stateful";
import type { Principal } from "./principal";

/** What a caller is given to sign requests with. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Present for temporary credentials, which must send it in `x-amz-security-token`. */
  readonly sessionToken?: string;
  /** Milliseconds since the epoch; absent for a long-term key. */
  readonly expiresAt?: number;
}

/** An access key and whose it is. */
export interface Credential extends AccessKey {
  readonly principal: Principal;
}

export interface IssueOptions {
  /** True for temporary credentials (`ASIA…`), false for a long-term key (`AKIA…`). */
  readonly sessionToken: boolean;
  /** How long the credentials are good for, in seconds; without it they last as long as the process. */
  readonly durationSeconds?: number;
}

/** The access keys that the local cloud knows. */
export interface Credentials extends Stateful {
  /** Makes a new random access key for `principal`. */
  issue(principal: Principal, options: IssueOptions): AccessKey;
  /** Adds a fixed long-term key, such as the operator's, which the caller documents. */
  register(principal: Principal, key: { accessKeyId: string; secretAccessKey: string }): void;
  /** The credential of that id, expired ones included: only the verifier knows how to refuse them. */
  lookup(accessKeyId: string): Credential | undefined;
  /** Forgets a key, for example when a function's worker ends. */
  revoke(accessKeyId: string): void;
}

/** Expired keys are told from unknown ones for this long, as AWS does; afterwards they are forgotten. */
const rememberExpired = 3_600_000;

/** An empty registry of access keys. */
export function createCredentials({ clock }: { clock: Clock }): Credentials {
  const known = new Map<string, Credential>();
  let sweepAt = clock.now() + rememberExpired;
  const sweep = () => {
    const now = clock.now();
    if (now < sweepAt) return;
    sweepAt = now + rememberExpired;
    for (const [id, { expiresAt }] of known) {
      if (expiresAt !== undefined && expiresAt + rememberExpired <= now) known.delete(id);
    }
  };
  return {
    issue(principal, options) {
      sweep();
      const key = randomKey(options, clock.now());
      known.set(key.accessKeyId, { ...key, principal });
      return key;
    },
    register(principal, { accessKeyId, secretAccessKey }) {
      known.set(accessKeyId, { accessKeyId, secretAccessKey, principal });
    },
    // Keys without an end belong to this process, and to the workers that end with it.
    save: () => [...known.values()].filter(({ expiresAt }) => expiresAt !== undefined),
    restore(saved) {
      for (const credential of saved as readonly Credential[]) known.set(credential.accessKeyId, credential);
    },
    lookup: (accessKeyId) => known.get(accessKeyId),
    revoke: (accessKeyId) => void known.delete(accessKeyId),
  };
}

function randomKey({ sessionToken, durationSeconds }: IssueOptions, now: number): AccessKey {
  return {
    accessKeyId: (sessionToken ? "ASIA" : "AKIA") + randomBase32(16),
    secretAccessKey: randomBytes(30).toString("base64"),
    ...(sessionToken && { sessionToken: randomBytes(96).toString("base64") }),
    ...(durationSeconds !== undefined && { expiresAt: now + durationSeconds * 1000 }),
  };
}

/** Access key ids are upper-case letters and the digits 2 to 7. */
function randomBase32(length: number): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  return Array.from(randomBytes(length), (byte) => alphabet.charAt(byte % 32)).join("");
}
