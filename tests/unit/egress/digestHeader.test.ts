import { deepEqual } from "node:assert/strict";
import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { digestOf, type OutputDigest } from "../../../functions/lib/egress/digestHeader";

const hash = (algorithm: string) => createHash(algorithm).update("hello").digest("base64");
const [sha256, sha512, md5] = [hash("sha256"), hash("sha512"), hash("md5")];
const crc32c = "mnG7TA==";
const digests = {
  "sha-256": { algorithm: "sha-256", value: sha256 },
  "sha-512": { algorithm: "sha-512", value: sha512 },
  md5: { algorithm: "md5", value: md5 },
  crc32c: { algorithm: "crc32c", value: crc32c },
} as const satisfies Record<string, OutputDigest>;

type Algorithm = keyof typeof digests;

describe("The digest of an output", () => {
  const cases: [title: string, headers: IncomingHttpHeaders, whole?: Algorithm, ranged?: Algorithm][] = [
    ["nothing", {}],
    ["Repr-Digest", { "repr-digest": `sha-256=:${sha256}:` }, "sha-256", "sha-256"],
    [
      "Repr-Digest with several and parameters",
      { "repr-digest": `unixsum=:AA==:, sha-512=:${sha512}:;a=b,\t sha-256=:${sha256}:` },
      "sha-256",
      "sha-256",
    ],
    ["Repr-Digest by sha-512 alone", { "repr-digest": `sha-512=:${sha512}:` }, "sha-512", "sha-512"],
    ["Content-Digest, which is of what is sent", { "content-digest": `sha-256=:${sha256}:` }, "sha-256"],
    ["Digest", { digest: `SHA-256=${sha256}` }, "sha-256", "sha-256"],
    ["Digest with several", { digest: `MD5=${md5},SHA-512=${sha512}, unixsum=30637` }, "sha-512", "sha-512"],
    ["Digest in an unknown form", { digest: `crc32c=${crc32c}, id-sha-256=${sha256}` }],
    ["Content-MD5, which is of what is sent", { "content-md5": md5 }, "md5"],
    ["x-goog-hash", { "x-goog-hash": `crc32c=${crc32c},md5=${md5}` }, "crc32c", "crc32c"],
    ["x-goog-hash in two lines", { "x-goog-hash": `md5=${md5}, crc32c=${crc32c}` }, "crc32c", "crc32c"],
    ["x-goog-hash by md5 alone", { "x-goog-hash": `md5=${md5}` }, "md5", "md5"],
    [
      "x-goog-hash of an object that is sent unpacked",
      { "x-goog-hash": `crc32c=${crc32c}`, "x-goog-stored-content-encoding": "gzip" },
    ],
    [
      "x-goog-hash of an object that is sent as it is stored",
      {
        "x-goog-hash": `crc32c=${crc32c}`,
        "x-goog-stored-content-encoding": "gzip",
        "content-encoding": "gzip",
      },
      "crc32c",
      "crc32c",
    ],
    [
      "x-goog-hash of an object that is not packed",
      { "x-goog-hash": `crc32c=${crc32c}`, "x-goog-stored-content-encoding": "identity" },
      "crc32c",
      "crc32c",
    ],
    [
      "all of them",
      {
        "repr-digest": `sha-512=:${sha512}:`,
        "content-digest": `sha-256=:${sha256}:`,
        "content-md5": md5,
        "x-goog-hash": `crc32c=${crc32c},md5=${md5}`,
      },
      "sha-256",
      "sha-512",
    ],
    [
      "both of Google's and MD5",
      { "content-md5": md5, "x-goog-hash": `md5=${md5},crc32c=${crc32c}` },
      "crc32c",
      "crc32c",
    ],
    ["no padding", { "content-md5": md5.replace(/=+$/, "") }, "md5"],
    ["too few bytes", { "repr-digest": `sha-256=:${md5}:`, "content-md5": "AAAA" }],
    ["hexadecimal", { digest: `sha-256=${Buffer.from(sha256, "base64").toString("hex")}` }],
    ["no structured field", { "repr-digest": `sha-256=${sha256}` }],
    ["nonsense", { "repr-digest": "???", digest: "=", "content-md5": "", "x-goog-hash": ",,," }],
  ];
  for (const [title, headers, whole, ranged] of cases) {
    it(`from headers with ${title} is by ${whole ?? "nothing"}; in a range, by ${ranged ?? "nothing"}`, () => {
      deepEqual(digestOf(headers, false), whole && digests[whole]);
      deepEqual(digestOf(headers, true), ranged && digests[ranged]);
    });
  }
});
