import type { Account } from "../../account";
import { alreadyExists, notFound } from "./errors";
import { LogGroup, type SavedLogGroup } from "./logGroup";

/** The log groups of the account, by name. */
export class LogGroups {
  readonly #groups = new Map<string, LogGroup>();

  constructor(private readonly account: Account) {}

  /** @throws AwsError ResourceAlreadyExistsException */
  create(name: string, now: number): LogGroup {
    if (this.#groups.has(name)) throw alreadyExists("group");
    const group = new LogGroup(name, this.arnOf(name), now);
    this.#groups.set(name, group);
    return group;
  }

  /** By name or ARN, with or without `:*`. @throws AwsError ResourceNotFoundException */
  get(identifier: string): LogGroup {
    const group = this.#groups.get(this.nameOf(identifier));
    if (!group) throw notFound("group");
    return group;
  }

  /** By name. */
  list(): readonly LogGroup[] {
    return [...this.#groups.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Brings back groups with what they held. */
  restore(saved: readonly SavedLogGroup[]): void {
    for (const each of saved) {
      this.#groups.set(each.name, LogGroup.restored(each, this.#groups.get(each.name)));
    }
  }

  arnOf(name: string): string {
    const { partition, region, accountId } = this.account;
    return `arn:${partition}:logs:${region}:${accountId}:log-group:${name}`;
  }

  nameOf(identifier: string): string {
    const prefix = this.arnOf("");
    return identifier.startsWith(prefix) ? identifier.slice(prefix.length).replace(/:\*$/, "") : identifier;
  }
}
