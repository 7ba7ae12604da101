import type * as pulumi from "@pulumi/pulumi";
import type { Sight, Visibility } from "../functions/lib/visibility";
import { monitoringLevels, type MonitoringLevel } from "./monitoring/monitoringLevel";

/** A stack's configuration, but for the catalogue. What each is for stands in `Pulumi.yaml`. */
export interface StackSettings {
  /** Whether the data outlives a mistaken `pulumi destroy`. */
  readonly protectData: boolean;
  readonly jobRetentionDays: number;
  readonly logRetentionDays: number;
  readonly throttling: { readonly ratePerSecond: number; readonly burst: number };
  /** How often jobs that have not ended are compared with what runs for them, in minutes; 0 for never. */
  readonly reconcileMinutes: number;
  readonly batch: BatchSettings;
  readonly notifyEmails: readonly string[];
  readonly notifyUrls: readonly string[];
  readonly monitoring: MonitoringLevel;
  /** Which jobs a caller sees. */
  readonly visibility: Visibility;
  /** The IAM roles and users that see all jobs where others see only their own. */
  readonly operatorArns: readonly string[];
  /** Who hears of alarms. */
  readonly alarmEmails: readonly string[];
  /** The AWS accounts, or ARNs of principals, that may assume the caller's and the partner's role. */
  readonly trustedCallers: readonly string[];
  readonly trustedPartners: readonly string[];
}

/** How containers are run. */
export interface BatchSettings {
  /** On spare capacity: up to 70% cheaper, and interrupted at times; attempts are then repeated. */
  readonly spot: boolean;
  /** How many virtual CPUs containers may use together. */
  readonly maxVcpus: number;
  /** How long a container may be stuck at the head of the queue, in seconds. */
  readonly queueLimitSeconds: number;
  /** Names, beside its own, by which notifiers know the queue. */
  readonly queueAliases: readonly string[];
}

/** A setting of the stack has a value that it cannot have. */
export class SettingError extends Error {
  override readonly name = "SettingError";
}

/** Reads the stack's configuration. @throws when a value has the wrong type, or lies outside its range */
export function readStackSettings(config: pulumi.Config): StackSettings {
  const visibility = oneOf(config, "visibility", visibilities, "all");
  return {
    protectData: config.getBoolean("protectData") ?? true,
    jobRetentionDays: wholeNumber(config, "jobRetentionDays", 1, 3650, 90),
    logRetentionDays: logRetention(config),
    throttling: {
      ratePerSecond: wholeNumber(config, "ratePerSecond", 1, 10_000, 50),
      burst: wholeNumber(config, "burst", 1, 5_000, 100),
    },
    reconcileMinutes: wholeNumber(config, "reconcileMinutes", 0, 1_440, 5),
    batch: {
      spot: config.getBoolean("batchSpot") ?? false,
      maxVcpus: wholeNumber(config, "batchMaxVcpus", 1, 4_000, 16),
      // Source: the API reference of Batch, JobStateTimeLimitAction: 600 to 86,400 seconds.
      queueLimitSeconds: 60 * wholeNumber(config, "batchQueueLimitMinutes", 10, 1_440, 60),
      queueAliases: textList(config, "batchQueueAliases"),
    },
    notifyEmails: textList(config, "notifyEmails"),
    notifyUrls: textList(config, "notifyUrls"),
    monitoring: oneOf(config, "monitoring", monitoringLevels, "all"),
    visibility,
    operatorArns: operators(config, visibility),
    alarmEmails: textList(config, "alarmEmails"),
    trustedCallers: textList(config, "trustedCallers"),
    trustedPartners: textList(config, "trustedPartners"),
  };
}

/** Who sees which jobs, for the functions that show or change them. */
export function sightOf({ visibility, operatorArns }: StackSettings): Sight {
  return { visibility, operatorArns };
}

const visibilities: readonly Visibility[] = ["own", "all"];

/** A session's ARN is none: the next session would be another. */
function operators(config: pulumi.Config, visibility: Visibility): readonly string[] {
  const arns = textList(config, "operatorArns");
  const unusable = arns.find(
    (arn) => !/^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/([!-~]+\/)?[\w+=,.@-]+$/.test(arn),
  );
  if (unusable !== undefined) {
    throw new SettingError(
      `jobrelay:operatorArns has ${unusable}. Rule: the ARN of an IAM role or user, with its path. ` +
        "Remedy: write arn:aws:iam::ACCOUNT:role/NAME, also for who works in sessions of the role",
    );
  }
  if (arns.length === 0 || visibility === "own") return arns;
  throw new SettingError(
    `jobrelay:operatorArns is set and jobrelay:visibility is ${visibility}. Rule: operators are told from others only ` +
      "where callers see their own jobs. Remedy: pulumi config set visibility own",
  );
}

function oneOf<Choice extends string>(
  config: pulumi.Config,
  key: string,
  choices: readonly Choice[],
  otherwise: Choice,
): Choice {
  const value = config.get(key) ?? otherwise;
  const choice = choices.find((known) => known === value);
  if (choice !== undefined) return choice;
  throw new SettingError(
    `jobrelay:${key} is ${value}. Rule: one of ${choices.join(", ")}. ` +
      `Remedy: pulumi config set ${key} ${otherwise}`,
  );
}

function textList(config: pulumi.Config, key: string): readonly string[] {
  const value: unknown = config.getObject(key) ?? [];
  const isText = (part: unknown): part is string => typeof part === "string";
  if (Array.isArray(value) && value.every(isText)) return value;
  throw new SettingError(
    `jobrelay:${key} is ${JSON.stringify(value)}. Rule: a list of texts. ` +
      `Remedy: pulumi config set --path '${key}[0]' VALUE`,
  );
}

function wholeNumber(
  config: pulumi.Config,
  key: string,
  min: number,
  max: number,
  otherwise: number,
): number {
  const text = config.get(key) ?? String(otherwise);
  const value = /^\d{1,9}$/.test(text) ? Number(text) : text;
  if (typeof value === "number" && value >= min && value <= max) return value;
  throw new SettingError(
    `jobrelay:${key} is ${value}. Rule: a whole number from ${min} to ${max}. ` +
      `Remedy: pulumi config set ${key} ${otherwise}`,
  );
}

/** Source: PutRetentionPolicy of the CloudWatch Logs API, which takes only these. */
const logRetentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

function logRetention(config: pulumi.Config): number {
  const value = config.get("logRetentionDays") ?? "90";
  if (logRetentions.some((days) => String(days) === value)) return Number(value);
  throw new SettingError(
    `jobrelay:logRetentionDays is ${value}. Rule: one of ${logRetentions.join(", ")}. ` +
      "Remedy: pulumi config set logRetentionDays 90",
  );
}
