import { createHash } from "node:crypto";
import type { Adapters } from "./adapter";

interface KeyInputs {
  readonly policy: string;
}

export const kmsAdapters: Adapters = {
  // A key encrypts nothing here; what counts is who may use it.
  "aws:kms/key:Key": {
    inputs: ["policy"],
    withoutEffect: ["description", "enableKeyRotation", "deletionWindowInDays"],
    create({ inputs, physicalName }, { access, account }) {
      const { policy } = inputs as unknown as KeyInputs;
      const keyId = keyIdOf(physicalName);
      const arn = `arn:aws:kms:${account.region}:${account.accountId}:key/${keyId}`;
      access.resourcePolicies.put(arn, policy);
      return { id: keyId, state: { ...inputs, keyId, arn } };
    },
  },
};

/** A key's id has the form of a UUID. */
function keyIdOf(name: string): string {
  const hash = createHash("sha256").update(name).digest("hex");
  return hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
}
