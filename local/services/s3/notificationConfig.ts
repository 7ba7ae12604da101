import { S3Error } from "./s3Errors";

/** Which events of a bucket go where. A bucket has one configuration: a new one replaces it. */
export interface NotificationConfig {
  readonly rules: readonly NotificationRule[];
}

export interface NotificationRule {
  /** Made up if not given. */
  readonly id?: string;
  /** The ARN of a queue or a topic. */
  readonly destinationArn: string;
  /** For example `s3:ObjectCreated:*`. */
  readonly events: readonly string[];
  readonly prefix?: string;
  readonly suffix?: string;
}

/** Everything that S3 can notify of; the local cloud raises those of `ObjectCreated` and `ObjectRemoved`. */
const knownEvents = [
  ...["ObjectCreated:*", "ObjectCreated:Put", "ObjectCreated:Post", "ObjectCreated:Copy"],
  ...["ObjectCreated:CompleteMultipartUpload", "ObjectRemoved:*", "ObjectRemoved:Delete"],
  ...[
    "ObjectRemoved:DeleteMarkerCreated",
    "ObjectRestore:*",
    "ObjectRestore:Post",
    "ObjectRestore:Completed",
  ],
  ...["ObjectRestore:Delete", "ReducedRedundancyLostObject", "Replication:*", "LifecycleExpiration:*"],
  ...["LifecycleExpiration:Delete", "LifecycleExpiration:DeleteMarkerCreated", "LifecycleTransition"],
  ...["IntelligentTiering", "ObjectTagging:*", "ObjectTagging:Put", "ObjectTagging:Delete", "ObjectAcl:Put"],
].map((name) => `s3:${name}`);

/**
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
 * @throws S3Error for an event that S3 does not know, a destination that cannot be one, or rules that overlap
 */
export function checkNotificationConfig({ rules }: NotificationConfig): void {
  for (const { events, destinationArn } of rules) {
    if (events.length === 0 || !events.every((event) => knownEvents.includes(event))) {
      throw invalid("A specified event is not supported for notifications.");
    }
    if (!/^arn:aws:(sqs|sns):/.test(destinationArn)) throw invalid("The ARN is not well formed");
  }
  const overlap = rules.some((rule, index) => rules.slice(index + 1).some((other) => overlaps(rule, other)));
  if (overlap) {
    throw invalid(
      "Configurations overlap. Configurations on the same bucket cannot share a common event type.",
    );
  }
}

/** The first rule that an event of a key falls under. @param event for example `ObjectCreated:Put` */
export function ruleFor(
  { rules }: NotificationConfig,
  event: string,
  key: string,
): NotificationRule | undefined {
  return rules.find(
    ({ events, prefix = "", suffix = "" }) =>
      events.some((pattern) => shareEvent(pattern, `s3:${event}`)) &&
      key.startsWith(prefix) &&
      key.endsWith(suffix),
  );
}

function overlaps(a: NotificationRule, b: NotificationRule): boolean {
  const { prefix: prefixA = "", suffix: suffixA = "" } = a;
  const { prefix: prefixB = "", suffix: suffixB = "" } = b;
  return (
    a.events.some((event) => b.events.some((other) => shareEvent(event, other))) &&
    (prefixA.startsWith(prefixB) || prefixB.startsWith(prefixA)) &&
    (suffixA.endsWith(suffixB) || suffixB.endsWith(suffixA))
  );
}

function shareEvent(a: string, b: string): boolean {
  const covers = (pattern: string, event: string) =>
    pattern === event || (pattern.endsWith("*") && event.startsWith(pattern.slice(0, -1)));
  return covers(a, b) || covers(b, a);
}

function invalid(message: string): S3Error {
  return new S3Error("InvalidArgument", message);
}
