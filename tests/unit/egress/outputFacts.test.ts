import { deepEqual, equal } from "node:assert/strict";
import type { IncomingHttpHeaders } from "node:http";
import {
  outputFacts,
  parseContentRange,
  type ContentRange,
  type OutputFacts,
} from "../../../functions/lib/egress/outputFacts";
import { retryAfterSeconds } from "../../../functions/lib/egress/retryAfter";

const url = new URL("https://api.example.com/v1/jobs/7/output");
const least: OutputFacts = {
  contentType: "application/octet-stream",
  fileName: "output",
  acceptsRanges: false,
};

describe("What a platform says of an output", () => {
  const cases: [
    title: string,
    headers: IncomingHttpHeaders,
    facts: Partial<OutputFacts>,
    range?: ContentRange,
  ][] = [
    ["may be nothing", {}, {}],
    [
      "may be everything",
      {
        "content-length": "1000000000000",
        "content-type": "application/json; charset=utf-8",
        "content-disposition": 'attachment; filename="labels.json"',
        "content-md5": "XUFAKrxLKna5cZ2REBfFkg==",
        etag: '"v1"',
        "accept-ranges": "bytes",
      },
      {
        length: 1_000_000_000_000,
        contentType: "application/json; charset=utf-8",
        fileName: "labels.json",
        digest: { algorithm: "md5", value: "XUFAKrxLKna5cZ2REBfFkg==" },
        validator: '"v1"',
        acceptsRanges: true,
      },
    ],
    ["is its length, if it is empty, too", { "content-length": "0" }, { length: 0 }],
    [
      "is the whole length when a range is sent",
      { "content-length": "10", etag: '"v1"', "content-md5": "XUFAKrxLKna5cZ2REBfFkg==" },
      { length: 100, validator: '"v1"', acceptsRanges: true },
      { start: 90, length: 100 },
    ],
    [
      "is no length when a range is sent of nobody knows how much",
      { "content-length": "10" },
      { acceptsRanges: true },
      { start: 90 },
    ],
    ["is no validator when it is weak", { etag: 'W/"v1"' }, {}],
    ["is no validator when it is no ETag", { etag: "v1" }, {}],
    ["is an empty validator", { etag: '""' }, { validator: '""' }],
    ["may be that there are no ranges", { "accept-ranges": "none" }, {}],
    ["may be that it is packed", { "content-encoding": "GZIP" }, { contentEncoding: "gzip" }],
    ["may be that it is not packed", { "content-encoding": "identity" }, {}],
    ["may be an empty type", { "content-type": "" }, {}],
    [
      "names it by its type",
      { "content-type": "application/zip" },
      { contentType: "application/zip", fileName: "output.zip" },
    ],
  ];
  for (const [title, headers, facts, range] of cases) {
    it(title, () => deepEqual(outputFacts(headers, url, range), { ...least, ...facts }));
  }
});

describe("A Content-Range", () => {
  const cases: [header: string | undefined, range: ContentRange | undefined][] = [
    ["bytes 0-99/100", { start: 0, length: 100 }],
    ["bytes 90-99/100", { start: 90, length: 100 }],
    ["Bytes 90-94/*", { start: 90 }],
    ["bytes 99-99/100", { start: 99, length: 100 }],
    ["bytes 99-100/100", undefined],
    ["bytes 9-8/100", undefined],
    ["bytes */100", undefined],
    ["bytes 0-9", undefined],
    ["bytes 0-99999999999999999999/*", undefined],
    ["items 0-9/10", undefined],
    ["", undefined],
    [undefined, undefined],
  ];
  for (const [header, range] of cases) {
    it(`${String(header)} is ${JSON.stringify(range)}`, () => deepEqual(parseContentRange(header), range));
  }
});

describe("A Retry-After", () => {
  const now = Date.parse("1994-11-06T08:49:00.500Z");
  const cases: [header: string | undefined, seconds: number | undefined][] = [
    ["120", 120],
    ["0", 0],
    [" 7 ", 7],
    ["Sun, 06 Nov 1994 08:49:37 GMT", 37],
    ["Sunday, 06-Nov-94 08:49:37 GMT", 37],
    ["Sun Nov  6 08:49:37 1994", 37],
    ["Sat, 05 Nov 1994 08:49:37 GMT", 0],
    ["-5", undefined],
    ["1.5", undefined],
    ["soon", undefined],
    ["Someday, some time GMT", undefined],
    ["9999999999", undefined],
    ["", undefined],
    [undefined, undefined],
  ];
  for (const [header, seconds] of cases) {
    it(`${String(header)} asks for ${seconds ?? "nothing"}`, () =>
      equal(retryAfterSeconds(header, now), seconds));
  }
});
