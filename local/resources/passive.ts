import type { Cloud } from "../cloud";
import type { ResourceAdapter, Adapters, Resource } from "./adapter";

/** Resources that have an ARN and a name, and otherwise no effect at run time on a laptop. */
export const passiveAdapters: Adapters = {
  // The metrics of AWS's own services, which dashboards show, do not exist here.
  "aws:cloudwatch/dashboard:Dashboard": passive(["dashboardName", "dashboardBody"]),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": passive(["bucket", "rules"]),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": passive(["bucket", "rule"]),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": passive([
    "bucket",
    "blockPublicAcls",
    "blockPublicPolicy",
    "ignorePublicAcls",
    "restrictPublicBuckets",
  ]),
};

function passive(withoutEffect: readonly string[]): ResourceAdapter {
  return {
    inputs: [],
    withoutEffect,
    create: ({ inputs, physicalName }: Resource, _cloud: Cloud) => ({ id: physicalName, state: inputs }),
  };
}
