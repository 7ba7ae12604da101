import type * as pulumi from "@pulumi/pulumi";

/** A stack's configuration, but for the catalogue. What each is for stands in `Pulumi.yaml`. */
export interface StackSettings {
  /** Whether the data outlives a mistaken `pulumi destroy`. */
  readonly protectData: boolean;
  readonly jobRetentionDays: number;
  readonly logRetentionDays: number;
  readonly throttling: { readonly ratePerSecond: number; readonly burst: number };
  readonly notifyEmails: readonly string[];
  readonly notifyUrls: readonly string[];
  /** The AWS accounts, or ARNs of principals, that may assume the caller's and the partner's role. */
  readonly trustedCallers: readonly string[];
  readonly trustedPartners: readonly string[];
}

/** Reads the stack's configuration. @throws when a value has the wrong type, or lies outside its range */
export function readStackSettings(config: pulumi.Config): StackSettings {
  return {
    protectData: config.getBoolean("protectData") ?? true,
    jobRetentionDays: wholeNumber(config, "jobRetentionDays", 1, 3650, 90),
    logRetentionDays: logRetention(config),
    throttling: {
      ratePerSecond: wholeNumber(config, "ratePerSecond", 1, 10_000, 50),
      burst: wholeNumber(config, "burst", 1, 5_000, 100),
    },
    notifyEmails: config.getObject<string[]>("notifyEmails") ?? [],
    notifyUrls: config.getObject<string[]>("notifyUrls") ?? [],
    trustedCallers: config.getObject<string[]>("trustedCallers") ?? [],
    trustedPartners: config.getObject<string[]>("trustedPartners") ?? [],
  };
}

function wholeNumber(
  config: pulumi.Config,
  key: string,
  min: number,
  max: number,
  otherwise: number,
): number {
  const value = config.getNumber(key) ?? otherwise;
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new Error(
    `jobrelay:${key} is ${value}. Rule: a whole number from ${min} to ${max}. ` +
      `Remedy: pulumi config set ${key} ${otherwise}`,
  );
}

/** Source: PutRetentionPolicy of the CloudWatch Logs API, which takes only these. */
const logRetentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

function logRetention(config: pulumi.Config): number {
  const value = config.getNumber("logRetentionDays") ?? 90;
  if (logRetentions.includes(value)) return value;
  throw new Error(
    `jobrelay:logRetentionDays is ${value}. Rule: one of ${logRetentions.join(", ")}. ` +
      "Remedy: pulumi config set logRetentionDays 90",
  );
}
