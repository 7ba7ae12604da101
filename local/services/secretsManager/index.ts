import type { Account } from "../../account";
import type { Clock } from "../../clock";
import { jsonService } from "../jsonProtocol";
import type { Service } from "../service";
import { createSecret, putSecretValue, secretOperations } from "./operations";
import { Secrets } from "./secrets";

export interface SecretsManagerOptions {
  readonly account: Account;
  readonly clock: Clock;
}

/** Secrets Manager of the local cloud; secrets are gone when it stops. */
export interface SecretsManager {
  /** Signing name `secretsmanager`; AWS JSON 1.1, target prefix `secretsmanager`. */
  readonly service: Service;
  /** @throws AwsError as CreateSecret on AWS */
  createSecret(input: SecretInput): { arn: string };
  /** A new version, labelled AWSCURRENT. @throws AwsError as PutSecretValue on AWS */
  putSecretValue(arn: string, secretString: string): void;
}

export interface SecretInput {
  readonly name: string;
  /** @default none: GetSecretValue fails until there is a version */
  readonly secretString?: string;
  readonly description?: string;
}

export function createSecretsManager({ account, clock }: SecretsManagerOptions): SecretsManager {
  const secrets = new Secrets(account, clock);
  return {
    service: jsonService({
      targetPrefix: "secretsmanager",
      version: "1.1",
      operations: secretOperations(secrets, clock),
    }),
    createSecret: ({ name, secretString, description }) => {
      const input = { Name: name, SecretString: secretString, Description: description };
      return { arn: createSecret(input, secrets).ARN };
    },
    putSecretValue: (arn, secretString) => {
      putSecretValue({ SecretId: arn, SecretString: secretString }, secrets);
    },
  };
}
