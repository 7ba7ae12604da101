import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";

/** A secret, read when it is first needed and kept for five minutes. */
export interface Secret {
  /** @throws an error that `isSecretNotSet` knows */
  read(): Promise<string>;
  /**
   * Its value now, for when the one that is kept was refused; the kept one if that is only seconds old.
   * @throws an error that `isSecretNotSet` knows
   */
  readAgain(): Promise<string>;
}

/** How long a value is used without asking again, in milliseconds. */
const freshness = 300_000;
/** Whoever sends wrong signatures cannot have the secret read more often than this, in milliseconds. */
const shortestInterval = 10_000;

export function secretAt(client: SecretsManagerClient, secretArn: string): Secret {
  let kept: { readonly value: Promise<string>; readonly readAt: number } | undefined;
  const ask = (): Promise<string> => {
    const asked = { value: currentValue(client, secretArn), readAt: Date.now() };
    kept = asked;
    // A failure is told to those who wait for it, and not kept for those to come.
    asked.value.catch(() => {
      if (kept === asked) kept = undefined;
    });
    return asked.value;
  };
  const notOlderThan = (age: number): Promise<string> =>
    kept && Date.now() - kept.readAt <= age ? kept.value : ask();
  return { read: () => notOlderThan(freshness), readAgain: () => notOlderThan(shortestInterval) };
}

const notSet = "SecretNotSet";

/** Whether a secret was made, but nobody has put a value into it. */
export function isSecretNotSet(error: unknown): error is Error {
  return error instanceof Error && error.name === notSet;
}

async function currentValue(client: SecretsManagerClient, SecretId: string): Promise<string> {
  try {
    const { SecretString = "" } = await client.send(new GetSecretValueCommand({ SecretId }));
    if (SecretString.trim() !== "") return SecretString.trim();
  } catch (error) {
    // What Secrets Manager says of a secret without a version, too.
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
  const remedy = `aws secretsmanager put-secret-value --secret-id ${SecretId} --secret-string VALUE`;
  throw Object.assign(new Error(`The secret ${SecretId} has no value. Remedy: ${remedy}`), { name: notSet });
}
