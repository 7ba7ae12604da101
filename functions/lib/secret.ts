import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";

/** A secret was made, but nobody has put a value into it. */
export class SecretNotSetError extends Error {
  override readonly name = "SecretNotSetError";
}

/** How long a value is used without asking again, in milliseconds. */
const freshness = 300_000;
/** Whoever sends wrong signatures cannot have the secret read more often than this, in milliseconds. */
const shortestInterval = 10_000;

/** A secret, read when it is first needed and kept for five minutes. */
export class Secret {
  #value: Promise<string> | undefined;
  #readAt = 0;

  constructor(
    private readonly client: SecretsManagerClient,
    private readonly secretArn: string,
  ) {}

  /** @throws SecretNotSetError */
  async read(): Promise<string> {
    if (this.#value === undefined || Date.now() - this.#readAt > freshness) this.#ask();
    return this.#value ?? "";
  }

  /**
   * Its value now, for when the one that is kept was refused; the kept one if that is only seconds old.
   * @throws SecretNotSetError
   */
  async readAgain(): Promise<string> {
    if (Date.now() - this.#readAt > shortestInterval) this.#ask();
    return this.read();
  }

  #ask(): void {
    this.#readAt = Date.now();
    const value = valueOf(this.client, this.secretArn);
    this.#value = value;
    // A failure is told to those who wait for it, and not kept for those to come.
    value.catch(() => {
      if (this.#value === value) this.#value = undefined;
    });
  }
}

async function valueOf(client: SecretsManagerClient, SecretId: string): Promise<string> {
  try {
    const { SecretString = "" } = await client.send(new GetSecretValueCommand({ SecretId }));
    if (SecretString.trim() !== "") return SecretString.trim();
  } catch (error) {
    // What Secrets Manager says of a secret without a version, too.
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
  throw new SecretNotSetError(
    `The secret ${SecretId} has no value. Remedy: aws secretsmanager put-secret-value --secret-id ${SecretId} --secret-string VALUE`,
  );
}
