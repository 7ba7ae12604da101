import { deepEqual } from "node:assert/strict";
import { once } from "node:events";
import { PassThrough } from "node:stream";
import { eachLine } from "../../local/services/lambda/eachLine";

describe("The lines of a stream", () => {
  const cases: [what: string, chunks: string[], lines: string[]][] = [
    ["are none in nothing", [], []],
    ["come one by one", ["one\ntwo\n"], ["one", "two"]],
    ["are put together from pieces", ["o", "ne\nt", "wo\n"], ["one", "two"]],
    ["may be empty", ["\n\none\n"], ["", "", "one"]],
    ["may end as on Windows, in two pieces, too", ["one\r", "\ntwo\r\n"], ["one", "two"]],
    ["need no end in the end", ["one\ntwo"], ["one", "two"]],
  ];
  for (const [what, chunks, expected] of cases) {
    it(what, async () => {
      const stream = new PassThrough();
      const lines: string[] = [];
      eachLine(stream, (line) => lines.push(line));
      for (const chunk of chunks) stream.write(chunk);
      stream.end();
      await once(stream, "close");
      deepEqual(lines, expected);
    });
  }

  it("keep characters whose bytes come apart", async () => {
    const stream = new PassThrough();
    const lines: string[] = [];
    eachLine(stream, (line) => lines.push(line));
    const bytes = Buffer.from("grün\n");
    stream.write(bytes.subarray(0, 3));
    stream.end(bytes.subarray(3));
    await once(stream, "close");
    deepEqual(lines, ["grün"]);
  });
});
