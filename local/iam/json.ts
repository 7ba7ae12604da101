export type JsonRecord = Readonly<Record<string, unknown>>;

/** Whether the value is a JSON object. */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Where the policy grammar takes a list, it takes a single value without brackets too. */
export function oneOrMore(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** The first name that an object of the JSON text has twice, which JSON.parse would not tell. The text must be valid. */
export function duplicateName(json: string): string | undefined {
  const objects: Set<string>[] = [];
  for (const [token, name] of json.matchAll(/("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[{}]/g)) {
    if (token === "{") objects.push(new Set());
    if (token === "}") objects.pop();
    if (name === undefined) continue;
    const names = objects[objects.length - 1];
    const text = String(JSON.parse(name));
    if (names?.has(text)) return text;
    names?.add(text);
  }
  return undefined;
}
