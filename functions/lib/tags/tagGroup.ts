export type Tags = Readonly<Record<string, string>>;

/** What resources should be tagged with that carry the group's own tag, `groupKey=groupValue`. */
export interface TagGroup {
  readonly groupKey: string;
  readonly groupValue: string;
  /** Without the group's own. */
  readonly tags: Tags;
}

/** By which people know a group: `TagGroup=cost-wan`. */
export function groupName({ groupKey, groupValue }: Pick<TagGroup, "groupKey" | "groupValue">): string {
  return `${groupKey}=${groupValue}`;
}

/** A tag that a resource of a group has not, or has with another value. */
export interface MissingTag {
  readonly key: string;
  readonly wanted: string;
  /** Absent when the resource has no such tag. */
  readonly found?: string;
}

/** What a resource lacks of a group; nothing when it is compliant. */
export function missingTags({ tags }: TagGroup, found: ReadonlyMap<string, string>): readonly MissingTag[] {
  return Object.entries(tags).flatMap(([key, wanted]) => {
    const value = found.get(key);
    if (value === wanted) return [];
    return [{ key, wanted, ...(value === undefined ? {} : { found: value }) }];
  });
}
