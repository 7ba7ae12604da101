import type { TagSource, TaggedResource } from "../tagging/resources";
import { clientException } from "./errors";

const limit = 50;

/** The tags of every resource of Batch, by ARN. */
export class Tags implements TagSource {
  readonly #tags = new Map<string, Record<string, string>>();

  /** Begins a resource. @throws AwsError ClientException for more than 50 tags */
  begin(arn: string, tags: Readonly<Record<string, string>>): void {
    this.#tags.set(arn, checked(tags));
  }

  save(): ReadonlyMap<string, Record<string, string>> {
    return this.#tags;
  }

  end(arn: string): void {
    this.#tags.delete(arn);
  }

  /** @throws AwsError ClientException when there is no such resource */
  of(arn: string): Record<string, string> {
    const tags = this.#tags.get(arn);
    if (!tags) throw clientException(`Resource ${arn} not found.`);
    return { ...tags };
  }

  list(): readonly TaggedResource[] {
    return [...this.#tags].map(([arn, tags]) => ({ arn, tags }));
  }

  get(arn: string): Readonly<Record<string, string>> | undefined {
    return this.#tags.get(arn);
  }

  set(arn: string, tags: Readonly<Record<string, string>>): void {
    this.#tags.set(arn, checked(tags));
  }

  add(arn: string, tags: Readonly<Record<string, string>>): void {
    this.#tags.set(arn, checked({ ...this.of(arn), ...tags }));
  }

  remove(arn: string, keys: readonly string[]): void {
    const kept = Object.entries(this.of(arn)).filter(([key]) => !keys.includes(key));
    this.#tags.set(arn, Object.fromEntries(kept));
  }
}

function checked(tags: Readonly<Record<string, string>>): Record<string, string> {
  if (Object.keys(tags).length > limit) throw clientException(`A resource can have at most ${limit} tags.`);
  return { ...tags };
}
