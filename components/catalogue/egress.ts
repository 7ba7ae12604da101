import type { WebhookAuthentication } from "../../functions/lib/egress/verifyWebhook";

/** How outputs are kept, and whose outputs are fetched. */
export interface EgressConfig {
  readonly lifecycle: readonly LifecycleRule[];
  /** Absent when only the stack's own jobs have outputs. */
  readonly platform?: PlatformConfig;
}

/** What becomes of objects under a prefix of the bucket. */
export interface LifecycleRule {
  readonly prefix: string;
  /** When they move to a cheaper storage class, in days after they were written. */
  readonly move?: { readonly storageClass: StorageClass; readonly days: number };
  /** When they are deleted, in days. */
  readonly expireDays?: number;
}

/** Source: the API reference of S3, Transition */
export const storageClasses = [
  "STANDARD_IA",
  "INTELLIGENT_TIERING",
  "ONEZONE_IA",
  "GLACIER_IR",
  "GLACIER",
  "DEEP_ARCHIVE",
] as const;
export type StorageClass = (typeof storageClasses)[number];

/** A system whose jobs leave outputs that expire. */
export interface PlatformConfig {
  /** The folder of its outputs in the bucket. */
  readonly name: string;
  /** Where `GET {url}/jobs/{id}/output` is answered; without a trailing slash. */
  readonly url: string;
  /** Hosts, beside its own, that it may redirect to. */
  readonly redirectHosts: readonly string[];
  readonly webhook: WebhookAuthentication;
  /** The name of a transform in `functions/transforms/`. */
  readonly transform?: string;
}
