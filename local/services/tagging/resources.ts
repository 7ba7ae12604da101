import type { Principal } from "../../iam/principal";

export type Tags = Readonly<Record<string, string>>;

/** The resources of the local cloud that have tags, whichever service they belong to. */
export interface TaggableResources {
  /** All of them, tagged or not, in any order. */
  list(): Iterable<{ readonly arn: string; readonly tags: Tags }>;
  /** Undefined when there is no such resource. */
  get(arn: string): Tags | undefined;
  /**
   * Replaces a resource's tags, by the tagging action of its own service.
   * @throws AwsError as that service does, when the principal may not or the resource cannot
   */
  set(arn: string, tags: Tags, principal: Principal): Promise<void> | void;
}
