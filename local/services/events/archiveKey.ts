import { allowAll, type Authorize } from "../../endpoint/authorize";
import type { ServicePrincipal } from "../../iam/principal";
import type { ArchiveIdentity } from "./archive";

/** What EventBridge does with the key of an archive. */
export type KeyAction =
  "kms:DescribeKey" | "kms:GenerateDataKey" | "kms:Decrypt" | "kms:ReEncryptFrom" | "kms:ReEncryptTo";

/** Asks for the use of a key, by EventBridge for an archive. @throws AwsError when the key's policy does not allow it */
export type UseKey = (
  archive: ArchiveIdentity,
  keyArn: string | undefined,
  actions: readonly KeyAction[],
) => Promise<void>;

/**
 * EventBridge uses an archive's key as itself; the context of its encryption names the bus. Without a key of the
 * account's there is nothing to ask.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/encryption-archives.html
 */
export function archiveKeys(authorize: Authorize = allowAll): UseKey {
  return async ({ arn, bus }, keyArn, actions) => {
    if (keyArn === undefined) return;
    const principal: ServicePrincipal = {
      kind: "service",
      service: "events.amazonaws.com",
      sourceArn: arn,
    };
    const request = { principal, method: "POST", path: "/", query: "", headers: {}, body: Buffer.alloc(0) };
    const encryption = { "kms:EncryptionContext:aws:events:event-bus:arn": bus.arn };
    const permissions = actions.map((action) =>
      action === "kms:DescribeKey"
        ? { action, resource: keyArn }
        : { action, resource: keyArn, context: encryption },
    );
    await authorize(request, "events", permissions);
  };
}
