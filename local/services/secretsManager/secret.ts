/** The content of a version: text, or bytes in base64. */
export type SecretContent = { readonly SecretString: string } | { readonly SecretBinary: string };

export interface SecretVersion {
  readonly id: string;
  readonly content: SecretContent;
  /** Milliseconds since the epoch. */
  readonly created: number;
  /** Staging labels, such as `AWSCURRENT`. */
  readonly stages: Set<string>;
}

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** A secret and its versions, oldest first. Times are milliseconds since the epoch. */
export interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly created: number;
  readonly versions: Map<string, SecretVersion>;
  readonly tags: readonly Tag[];
  description: string | undefined;
  kmsKeyId: string | undefined;
  changed: number;
  accessed: number | undefined;
  /** When it will be gone; undefined unless it is marked for deletion. */
  deletion: number | undefined;
  /** The value that the program gave it; absent when it gave none. */
  declared?: SecretContent | undefined;
}

/** Versions without a label that are kept beside the others. */
const mostUnlabelled = 100;

/** The version that carries a label. */
export function versionAt(secret: Secret, stage: string): SecretVersion | undefined {
  return [...secret.versions.values()].find(({ stages }) => stages.has(stage));
}

/**
 * Adds a version under labels that move to it from others; what AWSCURRENT leaves becomes AWSPREVIOUS.
 * Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html#term_version
 */
export function addVersion(secret: Secret, version: SecretVersion): void {
  const current = versionAt(secret, "AWSCURRENT");
  for (const stage of version.stages) versionAt(secret, stage)?.stages.delete(stage);
  if (version.stages.has("AWSCURRENT") && current) {
    versionAt(secret, "AWSPREVIOUS")?.stages.delete("AWSPREVIOUS");
    current.stages.add("AWSPREVIOUS");
  }
  secret.versions.set(version.id, version);
  secret.changed = version.created;
  const unlabelled = [...secret.versions.values()].filter(({ stages }) => stages.size === 0);
  for (const { id } of unlabelled.slice(0, -mostUnlabelled)) secret.versions.delete(id);
}

export function sameContent(a: SecretContent, b: SecretContent): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
