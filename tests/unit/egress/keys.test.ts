import { equal, match } from "node:assert/strict";
import { fileSegment, outputPrefix } from "../../../functions/lib/egress/outputKey";

describe("The folder of an output", () => {
  const plain = ["0f9c3d1e-6f3a-4a63-9a53-5a9d6f3b1c77", "job_1.2", "A", "a".repeat(128)];
  for (const id of plain) {
    it(`is the platform's id, where that is plain: ${id.slice(0, 40)}`, () => {
      equal(outputPrefix("voxel51", id), `voxel51/${id}/`);
    });
  }

  const odd = [
    "../x",
    "..",
    ".",
    "a/b",
    "a\\b",
    "/etc/passwd",
    "%2e%2e",
    "作业",
    "a b",
    "a\nb",
    "_x",
    "a".repeat(129),
    "é",
  ];
  for (const id of odd) {
    it(`is made from an id that is not: ${JSON.stringify(id).slice(0, 40)}`, () => {
      match(outputPrefix("voxel51", id), /^voxel51\/_[0-9a-f]{32}\/$/);
    });
  }

  it("is never the same for two ids", () => {
    const prefixes = [...plain, ...odd].map((id) => outputPrefix("p", id));
    equal(new Set(prefixes).size, prefixes.length);
  });
});

describe("The name of an output", () => {
  const names: [fileName: string, segment: string][] = [
    ["labels.json", "labels.json"],
    ["../../etc/passwd", "passwd"],
    ["C:\\temp\\out.zip", "out.zip"],
    ["my output (1).zip", "my_output_1.zip"],
    ["标签.json", "output.json"],
    [".hidden", "output.hidden"],
    ["..", "output"],
    ["", "output"],
    ["dir/", "output"],
    ["a\u0000b.txt", "a_b.txt"],
    ["?#%.bin", "output.bin"],
  ];
  for (const [fileName, segment] of names) {
    it(`is ${segment} for ${JSON.stringify(fileName)}`, () => equal(fileSegment(fileName), segment));
  }

  it("keeps its ending when it is too long", () => {
    const segment = fileSegment(`${"x".repeat(300)}.tar.gz`);
    equal(segment.length, 96 + ".tar.gz".length);
    match(segment, /\.tar\.gz$/);
  });
});
