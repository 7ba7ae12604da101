import { randomBytes } from "node:crypto";
import type { Account } from "../../account";
import type { Clock } from "../../clock";
import { principalName, type Principal } from "../../iam/principal";
import type { Log } from "../../log";
import type { Dispatch } from "../internalClient";
import { Deliveries, type Undelivered } from "../messaging/delivery";
import type { AwsResponse } from "../service";
import {
  checkNotificationConfig,
  ruleFor,
  type NotificationConfig,
  type NotificationRule,
} from "./notificationConfig";
import { notify } from "./notify";
import type { Bucket, ObjectVersion } from "./bucket";
import { requestHeaders, S3Error } from "./s3Errors";
import { bucketArn } from "./s3Operation";
import { encodeKey } from "./s3Request";

export interface ObjectEventsOptions {
  readonly account: Account;
  readonly clock: Clock;
  readonly log: Log;
  readonly dispatch: Dispatch;
}

interface ObjectEvent {
  readonly name: string;
  readonly bucket: Bucket;
  readonly key: string;
  readonly principal: Principal;
  /** Of the answer to the request that caused it. */
  readonly headers: Readonly<Record<string, string>>;
  /** Members of `object` that this kind of event has. */
  readonly object: Readonly<Record<string, string | number>>;
}

/** A notification on its way. */
interface BucketNotification {
  /** The event and its object, for the log. */
  readonly subject: string;
  readonly bucket: string;
  readonly destinationArn: string;
  readonly message: string;
}

/** Everything of notifications that outlives a restart. */
export interface SavedObjectEvents {
  readonly undelivered: readonly Undelivered<BucketNotification>[];
  readonly lastSequence: bigint;
}

/** In milliseconds. */
const longestRetryDelay = 60_000;

const mostAttempts = 100;

/** Tells queues and topics what happens to the objects of a bucket. */
export class ObjectEvents {
  readonly #configs = new Map<string, NotificationConfig>();
  readonly #deliveries: Deliveries<BucketNotification>;
  #lastSequence = 0n;

  constructor(private readonly options: ObjectEventsOptions) {
    this.#deliveries = new Deliveries(options.clock, options.log, {
      describe: ({ subject, destinationArn }) => `s3: notification of ${subject} to ${destinationArn}`,
      send: ({ bucket, destinationArn, message }) => this.#send(bucket, destinationArn, message),
      retryAfter: (_, failures) =>
        failures < mostAttempts ? Math.min(1000 * 2 ** (failures - 1), longestRetryDelay) : undefined,
    });
  }

  /**
   * Replaces the configuration of a bucket, once a test message has reached every destination.
   * @throws S3Error when a rule is wrong, or a destination does not accept the message
   */
  async configure(bucket: Bucket, config: NotificationConfig): Promise<void> {
    checkNotificationConfig(config);
    await Promise.all(config.rules.map((rule) => this.#test(bucket, rule)));
    const rules = config.rules.map((rule) => ({ id: randomBytes(16).toString("hex"), ...rule }));
    this.#configs.set(bucket.name, { rules });
  }

  configOf(bucketName: string): NotificationConfig {
    return this.#configs.get(bucketName) ?? { rules: [] };
  }

  forget(bucketName: string): void {
    this.#configs.delete(bucketName);
  }

  created(
    kind: "Put" | "Copy" | "CompleteMultipartUpload",
    bucket: Bucket,
    { key, body, etag, versionId }: ObjectVersion,
    principal: Principal,
    { headers }: AwsResponse,
  ): void {
    const version = bucket.versioning === undefined ? {} : { versionId };
    const object = { size: body.length, eTag: etag, ...version };
    this.#raise({ name: `ObjectCreated:${kind}`, bucket, key, principal, headers, object });
  }

  removed(
    kind: "Delete" | "DeleteMarkerCreated",
    bucket: Bucket,
    key: string,
    versionId: string | undefined,
    principal: Principal,
  ): void {
    const object: ObjectEvent["object"] = versionId === undefined ? {} : { versionId };
    this.#raise({ name: `ObjectRemoved:${kind}`, bucket, key, principal, headers: requestHeaders(), object });
  }

  save(): SavedObjectEvents {
    return { undelivered: this.#deliveries.save(), lastSequence: this.#lastSequence };
  }

  /** Only the program configures notifications, so that no configuration comes back. */
  restore({ undelivered, lastSequence }: SavedObjectEvents): void {
    this.#deliveries.restore(undelivered);
    this.#lastSequence = lastSequence;
  }

  stop(): Promise<void> {
    return this.#deliveries.stop();
  }

  #raise(event: ObjectEvent): void {
    const rule = ruleFor(this.configOf(event.bucket.name), event.name, event.key);
    if (!rule) return;
    const message = JSON.stringify({ Records: [this.#record(event, rule)] });
    const { name: bucket } = event.bucket;
    const subject = `${event.name} ${bucket}/${event.key}`;
    this.#deliveries.start({ subject, bucket, destinationArn: rule.destinationArn, message });
  }

  /** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
  #record({ name, bucket, key, principal, headers, object }: ObjectEvent, { id }: NotificationRule): object {
    const { account, clock } = this.options;
    return {
      eventVersion: "2.1",
      eventSource: "aws:s3",
      awsRegion: account.region,
      eventTime: new Date(clock.now()).toISOString(),
      eventName: name,
      userIdentity: { principalId: principalIdOf(principal) },
      requestParameters: { sourceIPAddress: "127.0.0.1" },
      responseElements: {
        "x-amz-request-id": headers["x-amz-request-id"],
        "x-amz-id-2": headers["x-amz-id-2"],
      },
      s3: {
        s3SchemaVersion: "1.0",
        configurationId: id,
        bucket: {
          name: bucket.name,
          ownerIdentity: { principalId: account.accountId },
          arn: bucketArn(bucket.name),
        },
        object: { key: encodeKey(key), ...object, sequencer: this.#nextSequencer() },
      },
    };
  }

  async #test(bucket: Bucket, rule: NotificationRule): Promise<void> {
    const ids = requestHeaders();
    const message = {
      Service: "Amazon S3",
      Event: "s3:TestEvent",
      Time: new Date(this.options.clock.now()).toISOString(),
      Bucket: bucket.name,
      RequestId: ids["x-amz-request-id"],
      HostId: ids["x-amz-id-2"],
    };
    try {
      await this.#send(bucket.name, rule.destinationArn, JSON.stringify(message));
    } catch (error) {
      const refused = new S3Error(
        "InvalidArgument",
        "Unable to validate the following destination configurations",
        400,
        {
          ArgumentName: rule.destinationArn,
          ArgumentValue: error instanceof Error ? error.message : String(error),
        },
      );
      refused.cause = error;
      throw refused;
    }
  }

  #send(bucket: string, destinationArn: string, message: string): Promise<void> {
    return notify(this.options.dispatch, bucketArn(bucket), destinationArn, message);
  }

  /** Hexadecimal and of one length, so that a later event of a key compares as greater. */
  #nextSequencer(): string {
    const now = BigInt(this.options.clock.now()) << 16n;
    this.#lastSequence = now > this.#lastSequence ? now : this.#lastSequence + 1n;
    return this.#lastSequence.toString(16).toUpperCase().padStart(18, "0");
  }
}

function principalIdOf(principal: Principal): string {
  const name = principalName(principal);
  return `AWS:${name
    .slice(name.lastIndexOf(":") + 1)
    .replace(/^assumed-role\//, "")
    .replace("/", ":")}`;
}
