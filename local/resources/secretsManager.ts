import type { Adapters } from "./adapter";

interface SecretInputs {
  readonly name?: string;
  readonly description?: string;
  readonly kmsKeyId?: string;
}

interface SecretVersionInputs {
  /** The ARN of the secret, which is its id. */
  readonly secretId: string;
  readonly secretString: string;
}

export const secretsManagerAdapters: Adapters = {
  "aws:secretsmanager/secret:Secret": {
    inputs: ["name", "description", "kmsKeyId"],
    // Nothing is destroyed here, and there is no other region.
    withoutEffect: ["recoveryWindowInDays", "forceOverwriteReplicaSecret"],
    create({ inputs, physicalName }, { secretsManager }) {
      const { name = physicalName, description, kmsKeyId } = inputs as SecretInputs;
      const { arn } = secretsManager.createSecret({
        name,
        ...(description === undefined ? {} : { description }),
        ...(kmsKeyId === undefined ? {} : { kmsKeyId }),
      });
      return { id: arn, state: { ...inputs, name, arn } };
    },
  },
  "aws:secretsmanager/secretVersion:SecretVersion": {
    inputs: ["secretId", "secretString"],
    create({ inputs }, { secretsManager }) {
      const { secretId, secretString } = inputs as unknown as SecretVersionInputs;
      const { versionId } = secretsManager.putSecretValue(secretId, secretString);
      return { id: `${secretId}|${versionId}`, state: { ...inputs, arn: secretId, versionId } };
    },
  },
};
