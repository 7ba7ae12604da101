/** The input of an operation in the query protocol: flat names such as `Tags.member.1.Key`. */
export class QueryInput {
  readonly #values: ReadonlyMap<string, string>;

  constructor(form: string) {
    this.#values = new Map(new URLSearchParams(form));
  }

  get(name: string): string | undefined {
    return this.#values.get(name);
  }

  /** The prefixes of a list's members in their order, for example `Tags.member.1`. */
  members(list: string): string[] {
    const pattern = new RegExp(`^${list.replaceAll(".", "\\.")}\\.(\\d+)(\\.|$)`);
    const indexes = [...this.#values.keys()].flatMap((name) => pattern.exec(name)?.[1] ?? []);
    return [...new Set(indexes)].sort((a, b) => Number(a) - Number(b)).map((index) => `${list}.${index}`);
  }

  /** A list of keys and values, for example `map("Tags.member", "Key", "Value")`. */
  map(list: string, key: string, value: string): Record<string, string> {
    const entries = this.members(list).map((member): [string, string] => [
      this.get(`${member}.${key}`) ?? "",
      this.get(`${member}.${value}`) ?? "",
    ]);
    return Object.fromEntries(entries);
  }
}
