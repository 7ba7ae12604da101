const surrogates = /[\ud800-\udfff]/;

/**
 * The order of S3's listings: by the bytes of UTF-8.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ListingKeysUsingAPIs.html
 */
export function compareKeys(a: string, b: string): number {
  if (a === b) return 0;
  // Without characters beyond the first 65,536 strings have the order of their bytes.
  if (surrogates.test(a) || surrogates.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : 1;
}
