import { equal } from "node:assert/strict";
import { crc32 } from "node:zlib";
import { combineCrc32 } from "../../../functions/lib/egress/crc32Combine";

describe("The CRC-32 of two texts one after the other", () => {
  const cases: [first: Buffer, second: Buffer][] = [
    [Buffer.from(""), Buffer.from("")],
    [Buffer.from("12345"), Buffer.from("")],
    [Buffer.from(""), Buffer.from("6789")],
    [Buffer.from("12345"), Buffer.from("6789")],
    [Buffer.alloc(5_000_001, "a"), Buffer.alloc(8 * 1024 * 1024, "b")],
  ];
  for (const [first, second] of cases) {
    it(`follows from that of each: ${first.length} and ${second.length} bytes`, () => {
      const combined = combineCrc32(crc32(first), crc32(second), second.length);
      equal(combined, crc32(Buffer.concat([first, second])));
    });
  }
});
