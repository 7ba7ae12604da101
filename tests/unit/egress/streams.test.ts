import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { createHash } from "node:crypto";
import { createDigest, type DigestAlgorithm } from "../../../functions/lib/egress/digest";
import { egressInterruption } from "../../../functions/lib/egress/errors";
import { jobOfMessage } from "../../../functions/lib/egress/egressMessage";
import { cutIntoParts, mostParts, partBuffers, partBytesFor } from "../../../functions/lib/egress/parts";
import { retryDelay } from "../../../functions/lib/egress/retry";

async function* chunksOf(...texts: string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Promise.resolve(Buffer.from(text));
}

const partsOf = async (partBytes: number, ...texts: string[]) => {
  const parts: string[] = [];
  for await (const part of cutIntoParts(chunksOf(...texts), partBytes, partBuffers(partBytes)))
    parts.push(part.toString());
  return parts;
};

describe("A stream that is cut into parts", () => {
  const cases: [title: string, texts: string[], parts: string[]][] = [
    ["has one empty part when it is empty", [], [""]],
    ["has one part when it is short", ["ab"], ["ab"]],
    ["has no empty part at its end", ["abc", "def"], ["abc", "def"]],
    ["does not mind how it comes", ["a", "bcde", "", "f", "g"], ["abc", "def", "g"]],
    ["may come all at once", ["abcdefgh"], ["abc", "def", "gh"]],
  ];
  for (const [title, texts, parts] of cases) {
    it(title, async () => deepEqual(await partsOf(3, ...texts), parts));
  }

  const mebibyte = 1024 * 1024;
  const sizes: [length: number | undefined, mebibytes: number][] = [
    [undefined, 12],
    [0, 12],
    [12 * mebibyte * mostParts, 12],
    [12 * mebibyte * mostParts + 1, 13],
    [5 * 1024 ** 4, 525],
  ];
  for (const [length, mebibytes] of sizes) {
    it(`has parts of ${mebibytes} MiB when it has ${length} bytes`, () => {
      equal(partBytesFor(length), mebibytes * mebibyte);
      ok(Math.ceil((length ?? 0) / partBytesFor(length)) <= mostParts);
    });
  }
});

describe("A digest", () => {
  const algorithms: [DigestAlgorithm, string][] = [
    ["sha-256", "sha256"],
    ["sha-512", "sha512"],
    ["md5", "md5"],
  ];
  for (const [algorithm, ofNode] of algorithms) {
    it(`by ${algorithm} can be continued elsewhere`, async () => {
      const first = await createDigest(algorithm);
      first.update(Buffer.from("hello "));
      const second = await createDigest(algorithm, first.state());
      second.update(Buffer.from("world"));
      equal(second.value(), createHash(ofNode).update("hello world").digest("base64"));
    });
  }

  it("by crc32c is that of RFC 3720", async () => {
    const digest = await createDigest("crc32c");
    digest.update(Buffer.alloc(32));
    // Appendix B.4: 32 bytes of zeroes have aa 36 91 8a, which is the checksum with its lowest byte first.
    equal(Buffer.from(digest.value(), "base64").toString("hex"), "8a9136aa");
  });
});

describe("The delay before the next try", () => {
  const cases: [tries: number, error: unknown, random: number, seconds: number][] = [
    [1, new Error(), 0, 5],
    [1, new Error(), 1, 3],
    [2, new Error(), 0, 10],
    [9, new Error(), 0, 900],
    [99, new Error(), 0, 900],
    [1, egressInterruption("PlatformUnavailable", "", 120), 0, 120],
    [9, egressInterruption("PlatformUnavailable", "", 120), 0, 900],
    [1, egressInterruption("PlatformUnavailable", "", 1e9), 0, 39_600],
  ];
  for (const [tries, error, random, seconds] of cases) {
    it(`is ${seconds} s after ${tries} tries`, () => equal(retryDelay(tries, error, random), seconds));
  }
});

describe("A message of the egress queue", () => {
  const bodies: [title: string, body: string, jobId: string][] = [
    ["names a job", '{"jobId":"j1"}', "j1"],
    ["is the notification of one", '{"specversion":"1.0","id":"x","subject":"j2"}', "j2"],
  ];
  for (const [title, body, jobId] of bodies) it(title, () => equal(jobOfMessage(body), jobId));

  for (const body of ["", "{}", '{"jobId":1}', '{"jobId":""}', "null"]) {
    it(`cannot be ${JSON.stringify(body)}`, () => throws(() => jobOfMessage(body)));
  }
});
