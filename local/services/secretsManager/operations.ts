import type { Account } from "../../account";
import type { Clock } from "../../clock";
import type { JsonObject, JsonOperation } from "../jsonProtocol";
import type { RequiredPermission } from "../service";
import { deleteSecret, restoreSecret } from "./deletion";
import { describeSecret } from "./description";
import { keyUseOf } from "./encryption";
import { invalidRequest } from "./errors";
import { membersOf, readContent, readName, readSecretId, readTags, readToken } from "./input";
import { listSecrets } from "./listSecrets";
import type { Secrets } from "./secrets";

/**
 * The operations of Secrets Manager.
 * Sources: https://docs.aws.amazon.com/secretsmanager/latest/apireference/ and, for permissions,
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html
 */
export function secretOperations(
  secrets: Secrets,
  clock: Clock,
  account: Account,
): Record<string, JsonOperation> {
  const operation = (name: string, run: (input: JsonObject) => object): [string, JsonOperation] => [
    name,
    {
      permissions: (input) =>
        permissions(name, input, secrets).map((each) => ({ ...each, ...keyUseOf(name, input, account) })),
      run,
    },
  ];
  return Object.fromEntries([
    operation("CreateSecret", (input) => createSecret(input, secrets)),
    operation("GetSecretValue", (input) => getSecretValue(input, secrets)),
    operation("PutSecretValue", (input) => putSecretValue(input, secrets)),
    operation("UpdateSecret", (input) => updateSecret(input, secrets)),
    operation("DescribeSecret", (input) => describeSecret(secrets.get(readSecretId(membersOf(input))))),
    operation("ListSecrets", (input) => listSecrets(input, secrets)),
    operation("DeleteSecret", (input) => deleteSecret(input, secrets, clock)),
    operation("RestoreSecret", (input) => restoreSecret(input, secrets)),
  ]);
}

function permissions(operation: string, input: JsonObject, secrets: Secrets): readonly RequiredPermission[] {
  const action = `secretsmanager:${operation}`;
  if (operation === "ListSecrets") return [{ action, resource: "*" }];
  const { SecretId, Name, VersionStage, VersionId } = input;
  const id = operation === "CreateSecret" ? Name : SecretId;
  if (typeof id !== "string") return [{ action, resource: "*" }];
  const context = {
    [operation === "CreateSecret" ? "secretsmanager:Name" : "secretsmanager:SecretId"]: id,
    ...(typeof VersionStage === "string" && { "secretsmanager:VersionStage": VersionStage }),
    ...(typeof VersionId === "string" && { "secretsmanager:VersionId": VersionId }),
  };
  return [{ action, resource: secrets.permissionArn(id), context }];
}

export function createSecret(input: JsonObject, secrets: Secrets) {
  const members = membersOf(input);
  const content = readContent(members);
  const token = readToken(members);
  const secret = secrets.create({
    name: readName(members),
    description: members.text("Description", { most: 2048 }),
    kmsKeyId: members.text("KmsKeyId", { most: 2048 }),
    tags: readTags(members),
  });
  const version = content && secrets.putVersion(secret, token, content);
  return { ARN: secret.arn, Name: secret.name, ...(version && { VersionId: version.id }) };
}

function getSecretValue(input: JsonObject, secrets: Secrets): object {
  const members = membersOf(input);
  const secret = secrets.getUsable(readSecretId(members));
  const { id, content, stages, created } = secrets.version(
    secret,
    members.text("VersionId", { least: 32, most: 64 }),
    members.text("VersionStage", { least: 1, most: 256 }),
  );
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: id,
    ...content,
    VersionStages: [...stages],
    CreatedDate: created / 1000,
  };
}

export function putSecretValue(input: JsonObject, secrets: Secrets) {
  const members = membersOf(input);
  const secret = secrets.getUsable(readSecretId(members));
  const content = readContent(members);
  if (!content) throw invalidRequest("You must provide either SecretString or SecretBinary.");
  const stages = members.texts("VersionStages", { least: 1, most: 20 }, { least: 1, most: 256 });
  const version = secrets.putVersion(secret, readToken(members), content, stages);
  return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: [...version.stages] };
}

function updateSecret(input: JsonObject, secrets: Secrets): object {
  const members = membersOf(input);
  const secret = secrets.getUsable(readSecretId(members));
  const content = readContent(members);
  const description = members.text("Description", { most: 2048 });
  const kmsKeyId = members.text("KmsKeyId", { most: 2048 });
  const version = content && secrets.putVersion(secret, readToken(members), content);
  secret.description = description ?? secret.description;
  if (kmsKeyId !== undefined) secrets.encrypt(secret, kmsKeyId);
  return { ARN: secret.arn, Name: secret.name, ...(version && { VersionId: version.id }) };
}
