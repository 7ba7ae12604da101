/** Where resources can be tagged from here. */
export interface Place {
  readonly region: string;
  readonly accountId: string;
}

/** What is wrong with the ARN of a resource that is to be tagged; nothing if nothing is. */
export function arnFault(arn: string, place: Place): string | undefined {
  const [, region, accountId] = /^arn:[^:]+:[^:]+:([^:]*):([^:]*):./.exec(arn) ?? [];
  if (region === undefined || accountId === undefined) return "It is no ARN.";
  // Buckets and others of the whole account have no region, or no account, in their ARN.
  if (region !== "" && region !== place.region) {
    return `It is of the region ${region}; only those of ${place.region} can be tagged from here.`;
  }
  if (accountId !== "" && accountId !== place.accountId) {
    return `It is of the account ${accountId}; only those of ${place.accountId} can be tagged from here.`;
  }
  return undefined;
}

/** The place that an ARN names, for example that of the function or the table. */
export function placeOf(arn: string): Place {
  const [, , , region = "", accountId = ""] = arn.split(":");
  return { region, accountId };
}
