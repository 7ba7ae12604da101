import { respond, respondXml, onBucket, type S3Operation } from "./s3Operation";
import { childText, malformedXml, readXml } from "./xmlReader";

/** The region that S3 leaves unnamed. */
const firstRegion = "us-east-1";

export const bucketOperations = {
  ListBuckets: {
    permissions: () => [{ action: "s3:ListAllMyBuckets", resource: "*" }],
    run({ parameters }, { store, account }) {
      const prefix = parameters.get("prefix") ?? "";
      const buckets = store.buckets().filter(({ name }) => name.startsWith(prefix));
      return respondXml("ListAllMyBucketsResult", {
        Buckets: {
          Bucket: buckets.map(({ name, createdAt }) => ({
            Name: name,
            CreationDate: new Date(createdAt).toISOString(),
          })),
        },
        Owner: { ID: account.accountId },
      });
    },
  },
  CreateBucket: {
    permissions: onBucket("s3:CreateBucket"),
    run({ bucket }, { store }) {
      store.createBucket(bucket);
      return respond(200, { location: `/${bucket}` });
    },
  },
  HeadBucket: {
    permissions: onBucket("s3:ListBucket"),
    run({ bucket }, { store, account }) {
      store.bucket(bucket);
      return respond(200, { "x-amz-bucket-region": account.region });
    },
  },
  DeleteBucket: {
    permissions: onBucket("s3:DeleteBucket"),
    run({ bucket }, { store, uploads, events }) {
      store.deleteBucket(bucket);
      uploads.deleteOf(bucket);
      events.forget(bucket);
      return respond(204);
    },
  },
  GetBucketLocation: {
    permissions: onBucket("s3:GetBucketLocation"),
    run({ bucket }, { store, account }) {
      store.bucket(bucket);
      return respondXml("LocationConstraint", account.region === firstRegion ? undefined : account.region);
    },
  },
  GetBucketVersioning: {
    permissions: onBucket("s3:GetBucketVersioning"),
    run: ({ bucket }, { store }) =>
      respondXml("VersioningConfiguration", { Status: store.bucket(bucket).versioning }),
  },
  PutBucketVersioning: {
    permissions: onBucket("s3:PutBucketVersioning"),
    run({ bucket, body }, { store }) {
      const status = childText(readXml(body.toString("utf8")), "Status");
      if (status !== "Enabled" && status !== "Suspended") throw malformedXml();
      store.bucket(bucket).versioning = status;
      return respond(200);
    },
  },
} satisfies Record<string, S3Operation>;
