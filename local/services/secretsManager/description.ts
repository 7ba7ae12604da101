import type { Secret } from "./secret";

const day = 24 * 60 * 60;

/** What DescribeSecret answers. Times on the wire are seconds since the epoch. */
export function describeSecret(secret: Secret): object {
  return { ...common(secret), VersionIdsToStages: versionStages(secret) };
}

/** What ListSecrets answers of a secret. */
export function listedSecret(secret: Secret): object {
  return { ...common(secret), SecretVersionsToStages: versionStages(secret) };
}

function common(secret: Secret): object {
  const { accessed, deletion } = secret;
  return {
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description,
    KmsKeyId: secret.kmsKeyId,
    CreatedDate: secret.created / 1000,
    LastChangedDate: secret.changed / 1000,
    // Only the day is told.
    LastAccessedDate: accessed === undefined ? undefined : Math.floor(accessed / 1000 / day) * day,
    DeletedDate: deletion === undefined ? undefined : deletion / 1000,
    ...(secret.tags.length > 0 && { Tags: secret.tags }),
  };
}

function versionStages({ versions }: Secret): Readonly<Record<string, readonly string[]>> {
  const labelled = [...versions.values()].filter(({ stages }) => stages.size > 0);
  return Object.fromEntries(labelled.map(({ id, stages }) => [id, [...stages]]));
}
