/** How large a function's archive may be, in bytes, zipped; S3's client is larger than all others together. */
export function sizeLimit(files: Readonly<Record<string, string>>): number {
  return files["closure.js"]?.includes('require("@aws-sdk/client-s3/') === true ? 500_000 : 250_000;
}
