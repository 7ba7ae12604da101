import type { TaggedResource, TagSource, Tags } from "./resources";

/** The tags of resources whose own services keep none here, by ARN. */
export class RegisteredTags implements TagSource {
  readonly #tags = new Map<string, Tags>();

  list(): readonly TaggedResource[] {
    return [...this.#tags].map(([arn, tags]) => ({ arn, tags }));
  }

  get(arn: string): Tags | undefined {
    return this.#tags.get(arn);
  }

  /** Also makes the resource known. */
  set(arn: string, tags: Tags): void {
    this.#tags.set(arn, tags);
  }
}
