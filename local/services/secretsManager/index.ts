import type { Account } from "../../account";
import type { Clock } from "../../clock";
import type { Stateful } from "../../data/stateful";
import { jsonService } from "../jsonProtocol";
import type { Service } from "../service";
import type { OnKey } from "./encryption";
import { createSecret, putSecretValue, secretOperations } from "./operations";
import type { Secret } from "./secret";
import { Secrets } from "./secrets";

export interface SecretsManagerOptions {
  readonly account: Account;
  readonly clock: Clock;
  readonly onKey?: OnKey;
}

/** Secrets Manager of the local cloud. */
export interface SecretsManager extends Stateful {
  /** Signing name `secretsmanager`; AWS JSON 1.1, target prefix `secretsmanager`. */
  readonly service: Service;
  /** @throws AwsError as CreateSecret on AWS */
  createSecret(input: SecretInput): { arn: string };
  /** A new version, labelled AWSCURRENT. @throws AwsError as PutSecretValue on AWS */
  putSecretValue(arn: string, secretString: string): { versionId: string };
}

export interface SecretInput {
  readonly name: string;
  /** @default none: GetSecretValue fails until there is a version */
  readonly secretString?: string;
  readonly description?: string;
  /** The ARN or the id of a key. @default the service's own */
  readonly kmsKeyId?: string;
}

export function createSecretsManager({ account, clock, onKey }: SecretsManagerOptions): SecretsManager {
  const secrets = new Secrets(account, clock, onKey);
  return {
    save: () => secrets.save(),
    prepare: (state) => secrets.prepare(state as readonly Secret[]),
    restore: (state) => secrets.restore(state as readonly Secret[]),
    service: jsonService({
      targetPrefix: "secretsmanager",
      version: "1.1",
      operations: secretOperations(secrets, clock, account),
    }),
    createSecret: ({ name, secretString, description, kmsKeyId }) => {
      const content = { SecretString: secretString, Description: description, KmsKeyId: kmsKeyId };
      const { ARN: arn } = createSecret({ Name: name, ...content }, secrets);
      secrets.declare(secrets.getUsable(arn));
      return { arn };
    },
    putSecretValue: (arn, secretString) => {
      const { VersionId } = putSecretValue({ SecretId: arn, SecretString: secretString }, secrets);
      secrets.declare(secrets.getUsable(arn));
      return { versionId: VersionId };
    },
  };
}
