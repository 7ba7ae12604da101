import type { Clock } from "../../clock";
import type { JsonObject } from "../jsonProtocol";
import { invalidParameter, invalidRequest, secretNotFound } from "./errors";
import { membersOf, readSecretId } from "./input";
import type { Secrets } from "./secrets";

const day = 24 * 60 * 60 * 1000;
const defaultWindow = 30;

/**
 * The operation DeleteSecret. By force it answers for a secret that does not exist, too.
 * Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html
 */
export function deleteSecret(input: JsonObject, secrets: Secrets, clock: Clock): object {
  const members = membersOf(input);
  const id = readSecretId(members);
  const days = members.integer("RecoveryWindowInDays");
  const force = members.flag("ForceDeleteWithoutRecovery") ?? false;
  checkWindow(days, force);
  const secret = secrets.find(id);
  if (!secret && !force) throw secretNotFound();
  if (secret?.deletion !== undefined && !force) {
    throw invalidRequest("You tried to perform the operation on a secret that's currently marked deleted.");
  }
  const deletion = clock.now() + (force ? 0 : (days ?? defaultWindow) * day);
  if (secret && force) secrets.remove(secret);
  else if (secret) secret.deletion = deletion;
  return {
    ARN: secret?.arn ?? (id.startsWith("arn:") ? id : secrets.newArn(id)),
    Name: secret?.name ?? id,
    DeletionDate: deletion / 1000,
  };
}

function checkWindow(days: number | undefined, force: boolean): void {
  if (days === undefined) return;
  if (force) {
    throw invalidParameter(
      "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
    );
  }
  if (days < 7 || days > 30) {
    throw invalidParameter("The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).");
  }
}

/** The operation RestoreSecret. */
export function restoreSecret(input: JsonObject, secrets: Secrets): object {
  const secret = secrets.get(readSecretId(membersOf(input)));
  secret.deletion = undefined;
  return { ARN: secret.arn, Name: secret.name };
}
