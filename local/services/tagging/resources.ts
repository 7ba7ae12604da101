import type { Principal } from "../../iam/principal";

export type Tags = Readonly<Record<string, string>>;

export interface TaggedResource {
  readonly arn: string;
  readonly tags: Tags;
}

/** Whether tags are given, or taken away: services have an action for each. */
export type TagVerb = "tag" | "untag";

/** The resources of the local cloud that have tags, whichever service they belong to. */
export interface TaggableResources {
  /** All of them, tagged or not, in any order. */
  list(): Promise<Iterable<TaggedResource>> | Iterable<TaggedResource>;
  /** Undefined when there is no such resource. */
  get(arn: string): Promise<Tags | undefined> | Tags | undefined;
  /**
   * Replaces a resource's tags, by the tagging action of its own service.
   * @throws AwsError as that service does, when the principal may not or the resource cannot
   */
  set(arn: string, tags: Tags, principal: Principal, verb: TagVerb): Promise<void> | void;
}

/** The resources of one service, and where it keeps their tags. */
export interface TagSource {
  list(): Promise<readonly TaggedResource[]> | readonly TaggedResource[];
  /** Undefined when there is no such resource. */
  get(arn: string): Promise<Tags | undefined> | Tags | undefined;
  /** Replaces the tags of a resource that there is. */
  set(arn: string, tags: Tags): Promise<void> | void;
}

/** What has to be taken away, and what to be given, to come from some tags to others. */
export function tagChanges(before: Tags, after: Tags): { removed: string[]; added: Tags } {
  const removed = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  const added = Object.entries(after).filter(([key, value]) => before[key] !== value);
  return { removed, added: Object.fromEntries(added) };
}
