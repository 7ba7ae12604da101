import type { TagSource } from "../tagging/resources";
import type { Stateful } from "../../data/stateful";
import { AwsError, type AwsResponse, type Service } from "../service";
import { bucketTags } from "./bucketTags";
import type { NotificationConfig } from "./notificationConfig";
import { ObjectEvents, type ObjectEventsOptions, type SavedObjectEvents } from "./objectEvents";
import { type SavedBucket } from "./bucket";
import { ObjectStore } from "./objectStore";
import { operationFor } from "./routes";
import { renderS3Error, S3Error } from "./s3Errors";
import { bucketArn, type S3State } from "./s3Operation";
import { readS3Request, type S3Request } from "./s3Request";
import { Uploads, type SavedUploads } from "./uploads";

export interface BucketConfig {
  /** @default false */
  readonly versioning?: boolean;
}

export interface Buckets extends Stateful {
  readonly service: Service;
  /** @throws AwsError as CreateBucket does */
  readonly create: (name: string, config: BucketConfig) => { arn: string };
  /** @throws AwsError when a rule is wrong or a destination refuses */
  /** @param status `Enabled` or `Suspended` @throws S3Error for another, or an unknown bucket */
  readonly setVersioning: (name: string, status: string) => void;
  readonly setNotifications: (name: string, config: NotificationConfig) => Promise<void>;
  readonly tags: TagSource;
}

/** Everything of S3 that outlives a restart. */
interface SavedBuckets {
  readonly buckets: readonly SavedBucket[];
  readonly uploads: SavedUploads;
  readonly events: SavedObjectEvents;
}

/** Amazon S3: REST and XML, path style and virtual-host style, objects in memory. */
export function createBuckets(options: ObjectEventsOptions): Buckets {
  const { account, clock } = options;
  const store = new ObjectStore(clock);
  const events = new ObjectEvents(options);
  const state: S3State = { account, clock, store, uploads: new Uploads(clock), events };
  return {
    service: s3Service(state),
    create(name, { versioning = false }) {
      const bucket = store.createBucket(name);
      if (versioning) bucket.versioning = "Enabled";
      return { arn: bucketArn(name) };
    },
    setVersioning(name, status) {
      if (status !== "Enabled" && status !== "Suspended") {
        throw new S3Error("MalformedXML", `The versioning status ${status} is not valid`);
      }
      store.bucket(name).versioning = status;
    },
    save: (): SavedBuckets => ({
      buckets: store.save(),
      uploads: state.uploads.save(),
      events: events.save(),
    }),
    restore(saved) {
      const { buckets, uploads, events: savedEvents } = saved as SavedBuckets;
      store.restore(buckets);
      state.uploads.restore(uploads);
      events.restore(savedEvents);
    },
    setNotifications: (name, config) => events.configure(store.bucket(name), config),
    tags: bucketTags(store),
  };
}

function s3Service(state: S3State): Service {
  return {
    renderError: renderS3Error,
    requiredPermissions(request) {
      try {
        const s3Request = readS3Request(request);
        const permissions = operationFor(s3Request).permissions(s3Request, state);
        const keys = headerConditionKeys(s3Request.headers);
        if (Object.keys(keys).length === 0) return permissions;
        return permissions.map((permission) => ({
          ...permission,
          context: { ...keys, ...permission.context },
        }));
      } catch (error) {
        // What cannot be read cannot be carried out either: handle refuses it for the same reason.
        if (error instanceof S3Error) return [];
        throw error;
      }
    },
    async handle(request) {
      try {
        return run(readS3Request(request), state);
      } catch (error) {
        if (error instanceof AwsError) return renderS3Error(error, request);
        throw error;
      }
    },
    stop: () => state.events.stop(),
  };
}

/** The condition keys of S3 that follow from a request's headers, where it has them. */
function headerConditionKeys(headers: Readonly<Record<string, string>>): Record<string, string> {
  const names = [
    "x-amz-acl",
    "x-amz-server-side-encryption",
    "x-amz-server-side-encryption-aws-kms-key-id",
    "x-amz-server-side-encryption-customer-algorithm",
  ];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = headers[name];
      return value === undefined ? [] : [[`s3:${name}`, value]];
    }),
  );
}

function run(request: S3Request, state: S3State): AwsResponse {
  const operation = operationFor(request);
  const owner = request.headers["x-amz-expected-bucket-owner"];
  if (owner !== undefined && owner !== state.account.accountId) {
    throw new S3Error("AccessDenied", "Access Denied", 403);
  }
  return operation.run(request, state);
}
