import type { Grant } from "../../local/iam/grants";

/** Grants that no scenario on a laptop can use, each with the reason why AWS needs it. */
const reasons: readonly { readonly action: RegExp; readonly sid?: RegExp; readonly reason: string }[] = [
  { action: /^xray:/, reason: "there is no X-Ray on a laptop" },
  {
    action: /^logs:.*(Delivery|Deliveries|Polic(y|ies)|LogGroups)$/,
    reason: "Step Functions sets its log delivery up with it",
  },
  { action: /^logs:/, sid: /^WriteContainerLog$/, reason: "containers print their lines on a laptop" },
  { action: /^kms:/, sid: /^Administer$/, reason: "for administrators of the account" },
  { action: /^kms:/, sid: /^EncryptLogs$/, reason: "CloudWatch Logs keeps nothing on a laptop" },
  {
    action: /^kms:ReEncrypt(From|To)$/,
    sid: /^ArchiveEvents$/,
    reason: "EventBridge needs it when the archive is given another key",
  },
  {
    action: /^kms:(CreateGrant|DescribeKey|Encrypt|ReEncrypt(From|To))$/,
    sid: /^(UseThroughServices|GrantToServices)$/,
    reason: "DynamoDB needs it when a table is made with the key",
  },
];

/** Why a grant may stay unused; nothing if it may not. */
export function allowedUnused(grant: Grant): string | undefined {
  return reasons.find(({ action, sid }) => action.test(grant.action) && (sid?.test(grant.sid) ?? true))
    ?.reason;
}
