/** The condition keys of a request; names are matched whatever their case. */
export interface RequestContext {
  /** The key's values; undefined where the request does not have the key. */
  values(key: string): readonly string[] | undefined;
  /** What the key contributes as a policy variable: undefined where it is missing, null (empty) or has several values. */
  single(key: string): string | undefined;
}

export type ContextValues = Readonly<Record<string, string | readonly string[]>>;

/**
 * Later sources win. A key without any value is as good as missing.
 * @param sources made when the first value is asked for: most statements have no conditions
 */
export function requestContext(sources: () => readonly ContextValues[] = () => []): RequestContext {
  let keys: ReadonlyMap<string, readonly string[]> | undefined;
  const values = (key: string) => {
    const found = (keys ??= byLowerCase(sources())).get(key.toLowerCase());
    return found?.length === 0 ? undefined : found;
  };
  return {
    values,
    single(key) {
      const found = values(key);
      return found?.length === 1 && found[0] !== "" ? found[0] : undefined;
    },
  };
}

function byLowerCase(sources: readonly ContextValues[]): ReadonlyMap<string, readonly string[]> {
  const keys = new Map<string, readonly string[]>();
  for (const source of sources) {
    for (const [key, value] of Object.entries(source)) {
      keys.set(key.toLowerCase(), typeof value === "string" ? [value] : value);
    }
  }
  return keys;
}
