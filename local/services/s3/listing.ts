import { compareKeys } from "./keyOrder";

/** A page of a listing: keys, and where there is a delimiter, the common beginnings that stand for many keys. */
export interface Listing {
  readonly keys: readonly string[];
  readonly commonPrefixes: readonly string[];
  readonly truncated: boolean;
  /** The key or common prefix that the next page comes after. */
  readonly last: string | undefined;
}

export interface ListingOptions {
  readonly prefix: string;
  /** Empty for none. */
  readonly delimiter: string;
  /** Lists what comes after this key or common prefix. */
  readonly after: string;
  readonly limit: number;
}

/**
 * One page of keys.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-prefixes.html
 * @param sortedKeys in the order of `compareKeys`
 */
export function listKeys(sortedKeys: Iterable<string>, options: ListingOptions): Listing {
  const keys: string[] = [];
  const commonPrefixes: string[] = [];
  let last: string | undefined;
  for (const key of sortedKeys) {
    const commonPrefix = commonPrefixOf(key, options);
    const item = commonPrefix ?? key;
    if (!key.startsWith(options.prefix) || item === last || comesBefore(key, commonPrefix, options.after))
      continue;
    if (keys.length + commonPrefixes.length >= options.limit) {
      return { keys, commonPrefixes, truncated: options.limit > 0, last };
    }
    (commonPrefix === undefined ? keys : commonPrefixes).push(item);
    last = item;
  }
  return { keys, commonPrefixes, truncated: false, last };
}

function commonPrefixOf(key: string, { prefix, delimiter }: ListingOptions): string | undefined {
  const end = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
  return end === -1 ? undefined : key.slice(0, end + delimiter.length);
}

function comesBefore(key: string, commonPrefix: string | undefined, after: string): boolean {
  if (after === "") return false;
  return commonPrefix === after || compareKeys(key, after) <= 0;
}
