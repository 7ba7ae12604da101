import type { JsonObject } from "../../jsonProtocol";
import { AwsError } from "../../service";
import type { QueueEngine } from "./queueEngine";

type Attributes = Readonly<Record<string, string>>;

const readOnlyNames = [
  ...["QueueArn", "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
  ...["ApproximateNumberOfMessagesDelayed", "CreatedTimestamp", "LastModifiedTimestamp"],
];

/** Attributes that change nothing in the local cloud; the engine does not keep them, so they are kept here. */
const keptNames = [
  ...["RedriveAllowPolicy", "SqsManagedSseEnabled", "DeduplicationScope", "FifoThroughputLimit"],
];

const settableNames = [
  ...["VisibilityTimeout", "DelaySeconds", "MaximumMessageSize", "MessageRetentionPeriod"],
  ...["ReceiveMessageWaitTimeSeconds", "RedrivePolicy", "Policy", "KmsMasterKeyId"],
  ...["KmsDataKeyReusePeriodSeconds", "FifoQueue", "ContentBasedDeduplication", ...keptNames],
];

/**
 * What can be set on a queue and read from it.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
 */
export class QueueAttributes {
  readonly #kept = new Map<string, Record<string, string>>();

  constructor(
    private readonly engine: QueueEngine,
    private readonly nameOfArn: (arn: unknown) => string | undefined,
  ) {}

  /** What is kept here, by queue. */
  get kept(): ReadonlyMap<string, Attributes> {
    return this.#kept;
  }

  /** @throws AwsError for an attribute that cannot be set, or a redrive policy without its queue */
  async check(input: JsonObject): Promise<void> {
    for (const name of Object.keys(attributesOf(input))) {
      if (!settableNames.includes(name)) throw unknownAttribute(name);
    }
    const policy = attributesOf(input)["RedrivePolicy"];
    if (policy) await this.#checkRedrivePolicy(policy);
  }

  /** The input with what the engine keeps. */
  withoutKept(input: JsonObject): JsonObject {
    const entries = Object.entries(attributesOf(input)).filter(([name]) => !keptNames.includes(name));
    return { ...input, Attributes: Object.fromEntries(entries) };
  }

  /** Keeps what the engine does not. */
  keep(name: string, input: JsonObject): void {
    const entries = Object.entries(attributesOf(input)).filter(([attribute]) =>
      keptNames.includes(attribute),
    );
    this.#kept.set(name, { ...this.#kept.get(name), ...Object.fromEntries(entries) });
  }

  forget(name: string): void {
    this.#kept.delete(name);
  }

  /** GetQueueAttributes: nothing unless asked for by name, or by `All`. */
  async read(name: string, input: JsonObject): Promise<JsonObject> {
    const requested = Array.isArray(input["AttributeNames"]) ? input["AttributeNames"].map(String) : [];
    for (const attribute of requested) {
      if (![...settableNames, ...readOnlyNames, "All"].includes(attribute)) throw unknownAttribute(attribute);
    }
    const all = attributesOf(await this.engine.call("GetQueueAttributes", name, { AttributeNames: ["All"] }));
    const encryption = { SqsManagedSseEnabled: String(!all["KmsMasterKeyId"]) };
    const attributes = Object.entries({ ...encryption, ...all, ...this.#kept.get(name) }).filter(
      ([attribute, value]) => value !== "" && (requested.includes("All") || requested.includes(attribute)),
    );
    return attributes.length > 0 ? { Attributes: Object.fromEntries(attributes) } : {};
  }

  async #checkRedrivePolicy(policy: string): Promise<void> {
    const refuse = (reason: string) =>
      new AwsError(
        "InvalidParameterValue",
        `Value ${policy} for parameter RedrivePolicy is invalid. Reason: ${reason}`,
      );
    const { deadLetterTargetArn, maxReceiveCount } = parseObject(policy) ?? {};
    if (!deadLetterTargetArn)
      throw refuse("Redrive policy does not contain mandatory attribute: deadLetterTargetArn.");
    const count = Number(maxReceiveCount);
    if (!Number.isInteger(count) || count < 1 || count > 1000) {
      throw refuse("Invalid value for maxReceiveCount: must be between 1 and 1000.");
    }
    const target = this.nameOfArn(deadLetterTargetArn);
    if (target === undefined || !(await queueExists(this.engine, target))) {
      throw refuse("Dead letter target does not exist.");
    }
  }
}

export async function queueExists(engine: QueueEngine, name: string): Promise<boolean> {
  try {
    await engine.call("GetQueueUrl", undefined, { QueueName: name });
    return true;
  } catch (error) {
    if (error instanceof AwsError && error.code === "QueueDoesNotExist") return false;
    throw error;
  }
}

export function attributesOf(input: JsonObject): Attributes {
  return (input["Attributes"] ?? {}) as Attributes;
}

function unknownAttribute(name: string): AwsError {
  return new AwsError("InvalidAttributeName", `Unknown Attribute ${name}.`);
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as JsonObject) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
