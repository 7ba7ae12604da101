import { deepEqual } from "node:assert/strict";
import type { ListObjectVersionsCommandInput, ObjectVersion, S3Client } from "@aws-sdk/client-s3";
import { callbackVersions } from "../../functions/lib/callbackVersions";

const folder = "inbound/job-1/";
const version = (file: string, VersionId: string, IsLatest = false): ObjectVersion => ({
  Key: `${folder}${file}`,
  ...{ VersionId, IsLatest, ETag: `"${VersionId}"`, LastModified: new Date(0) },
});

/** A bucket that answers with pages in turn, and what it was asked for. */
function bucketOf(page: (input: ListObjectVersionsCommandInput) => object) {
  const asked: ListObjectVersionsCommandInput[] = [];
  const send = async ({ input }: { input: ListObjectVersionsCommandInput }) => {
    asked.push(input);
    return page(input);
  };
  return { asked, context: { bucketName: "files", objects: { send } as unknown as S3Client } };
}

const found = async (context: Parameters<typeof callbackVersions>[0]) => {
  const versions = await callbackVersions(context, "job-1/", ["failure.json", "success.json"]);
  return versions.map(({ key, eTag, isLatest }) => [key.slice(folder.length), eTag, isLatest]);
};

describe("The versions of callbacks", () => {
  it("are found by one listing of their folder, the oldest of a file first", async () => {
    const Versions = [
      version("failure.json", "f", true),
      version("notes.txt", "n", true),
      version("success.json", "new", true),
      version("success.json", "old"),
    ];
    const { asked, context } = bucketOf(() => ({ Versions }));
    deepEqual(await found(context), [
      ["success.json", "old", false],
      ["success.json", "new", true],
      ["failure.json", "f", true],
    ]);
    deepEqual(asked, [{ Bucket: "files", Prefix: folder, Delimiter: "/" }]);
  });

  it("are looked for by name in a folder that one page does not hold, over all pages of a file", async () => {
    const { asked, context } = bucketOf(({ Prefix = "", Delimiter, VersionIdMarker }) => {
      if (Delimiter) return { IsTruncated: true, Versions: [version("a.txt", "a")] };
      if (!Prefix.endsWith("success.json")) return {};
      if (VersionIdMarker)
        return { Versions: [version("success.json", "old"), version("success.json.bak", "b")] };
      const next = { IsTruncated: true, NextKeyMarker: Prefix, NextVersionIdMarker: "new" };
      return { ...next, Versions: [version("success.json", "new", true)] };
    });
    deepEqual(await found(context), [
      ["success.json", "old", false],
      ["success.json", "new", true],
    ]);
    deepEqual(asked.length, 4);
  });
});
