export type JsonRecord = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What lies at the end of a path of members, as a text; nothing if there is none. */
export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = path.reduce<unknown>((part, name) => (isRecord(part) ? part[name] : undefined), value);
  return typeof found === "string" ? found : undefined;
}
