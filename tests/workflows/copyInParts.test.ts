import { deepEqual, equal, rejects } from "node:assert/strict";
import { CopyObjectCommand, HeadObjectCommand } from "@aws-sdk/client-s3";
import { partRanges } from "../../functions/lib/egress/copyInParts";
import { CopyBench, type Sent } from "../helpers/copyBench";

const mebibyte = 1024 * 1024;
const limits = { singleCopyLimit: 5 * mebibyte, partBytes: 5 * mebibyte };

/** Bytes of which no part is like another. */
function bytesOf(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at + 4 <= length; at += 4_096) bytes.writeUInt32LE(at, at);
  return bytes;
}

const commands = (sent: readonly Sent[]) => sent.map(({ command }) => command.replace("Command", ""));

describe("An output that is too large for one request", () => {
  let bench: CopyBench;
  const large = bytesOf(11 * mebibyte);
  before(async function () {
    this.timeout(60_000);
    bench = await CopyBench.open("parts");
  });

  const inParts = [
    "ListObjectsV2",
    "ListObjectsV2",
    "HeadObject",
    "CreateMultipartUpload",
    ...["UploadPartCopy", "UploadPartCopy", "UploadPartCopy"],
    "CompleteMultipartUpload",
  ];

  /** A job with a large output between small ones. */
  const putAll = async (jobId: string) => {
    const keys = ["a", "b +%?ü.mp4", "c"].map((name) => `outputs/${jobId}/${name}`);
    const [a = "", b = "", c = ""] = keys;
    await bench.put(a, "a");
    await bench.put(b, large, {
      ContentType: "video/mp4",
      ContentDisposition: "inline",
      Metadata: { run: "7" },
      Tagging: "cost=centre",
    });
    await bench.put(c, "c");
    return { a, b, c, keys };
  };

  it("is copied in parts, with type and metadata, and no second time", async () => {
    const { b, keys } = await putAll("large");
    const { progress, sent } = await bench.copy("large", limits);
    deepEqual(progress, { objects: 3, bytes: large.length + 2 });
    deepEqual(commands(sent.filter(({ key }) => key === b)), inParts.slice(2));
    deepEqual(await bench.facts(bench.target, b), {
      ...(await bench.facts(bench.source, b)),
      TagCount: undefined,
    });
    const again = await bench.copy("large", limits);
    deepEqual(again.progress, progress);
    deepEqual(commands(again.sent.filter(({ key }) => key === b)), []);
    deepEqual([await bench.written("large"), await bench.openUploads("large")], [keys, []]);
  });

  it("is one that has a byte more than the limit", async () => {
    await bench.put("outputs/limit/at", bytesOf(5 * mebibyte));
    await bench.put("outputs/limit/over", bytesOf(5 * mebibyte + 1));
    const { sent } = await bench.copy("limit", limits);
    const creating = sent.filter(({ command }) => command === "CreateMultipartUploadCommand");
    deepEqual(
      creating.map(({ key }) => key),
      ["outputs/limit/over"],
    );
    const { ContentLength } = await bench.facts(bench.target, "outputs/limit/over");
    equal(ContentLength, 5 * mebibyte + 1);
  });

  it("is left as it is when another has copied it meanwhile", async () => {
    const { b, keys } = await putAll("overtaken");
    const before = async ({ command }: Sent) => {
      if (command !== "CompleteMultipartUploadCommand") return;
      const CopySource = `${bench.source}/outputs/overtaken/a`;
      await bench.relay.s3.send(new CopyObjectCommand({ Bucket: bench.target, Key: b, CopySource }));
    };
    const { progress } = await bench.copy("overtaken", { ...limits, before });
    equal(progress.objects, 3);
    const head = await bench.relay.s3.send(new HeadObjectCommand({ Bucket: bench.target, Key: b }));
    deepEqual([head.ContentLength, await bench.written("overtaken")], [1, keys]);
    deepEqual(await bench.openUploads("overtaken"), []);
  });

  const disturbances: [title: string, jobId: string, command: string, reason: RegExp][] = [
    ["a part fails", "part-fails", "UploadPartCopyCommand", /b \+%\?ü\.mp4 was not copied: AccessDenied$/],
    ["its end fails", "end-fails", "CompleteMultipartUploadCommand", /was not copied: AccessDenied$/],
  ];
  for (const [title, jobId, failing, reason] of disturbances) {
    it(`leaves no parts when ${title}, and is copied the next time`, async () => {
      const { a, keys } = await putAll(jobId);
      let times = 0;
      const before = ({ command }: Sent) => {
        if (command !== failing) return;
        times += 1;
        if (failing !== "UploadPartCopyCommand" || times === 2) throw new Error("AccessDenied");
      };
      await rejects(bench.copy(jobId, { ...limits, before }), reason);
      deepEqual([await bench.written(jobId), await bench.openUploads(jobId)], [[a], []]);
      const { progress } = await bench.copy(jobId, limits);
      deepEqual([progress.objects, await bench.written(jobId)], [3, keys]);
    });
  }

  it("leaves no parts when it changes in the middle", async () => {
    const { a, b } = await putAll("changing");
    let times = 0;
    const before = async ({ command }: Sent) => {
      if (command === "UploadPartCopyCommand" && (times += 1) === 3) await bench.put(b, "new");
    };
    await rejects(
      bench.copy("changing", { ...limits, concurrency: 1, before }),
      /was not copied: At least one of the pre-conditions you specified did not hold$/,
    );
    deepEqual([await bench.written("changing"), await bench.openUploads("changing")], [[a], []]);
  });

  it("says both when it fails and its parts cannot be given up", async () => {
    await putAll("stuck");
    const before = ({ command }: Sent) => {
      if (/UploadPartCopy|AbortMultipartUpload/.test(command)) throw new Error(command);
    };
    const copying = bench.copy("stuck", { ...limits, concurrency: 1, before });
    await rejects(copying, /was not copied: UploadPartCopyCommand; AbortMultipartUploadCommand$/);
    deepEqual(await bench.openUploads("stuck"), ["outputs/stuck/b +%?ü.mp4"]);
  });

  /** Lets the time be up when this many parts have been begun. */
  const timeFor = (parts: number) => {
    let begun = 0;
    return {
      timeIsUp: () => begun >= parts,
      before: ({ command }: Sent) => void (begun += command === "UploadPartCopyCommand" ? 1 : 0),
    };
  };

  it("is begun anew after the key before when the time is up in its middle", async () => {
    const { a, keys } = await putAll("interrupted");
    const first = await bench.copy("interrupted", { ...limits, concurrency: 1, ...timeFor(2) });
    deepEqual(first.progress, { objects: 1, bytes: 1, after: a });
    deepEqual([await bench.written("interrupted"), await bench.openUploads("interrupted")], [[a], []]);
    const second = await bench.copy("interrupted", { ...limits, after: a });
    deepEqual(second.progress, { objects: 2, bytes: large.length + 1 });
    deepEqual(await bench.written("interrupted"), keys);
  });

  it("fails when a whole invocation is too short for it, instead of never ending", async () => {
    const { a } = await putAll("endless");
    const copying = bench.copy("endless", { ...limits, after: a, concurrency: 1, ...timeFor(2) });
    await rejects(copying, /: its 11534336 bytes take longer than one invocation may$/);
    deepEqual([await bench.written("endless"), await bench.openUploads("endless")], [[], []]);
  });
});

describe("The parts of an object", () => {
  const gibibyte = 1024 ** 3;
  const cases: [bytes: number, partBytes: number, count: number, first: string, last: string][] = [
    [10, 5, 2, "bytes=0-4", "bytes=5-9"],
    [11, 5, 3, "bytes=0-4", "bytes=10-10"],
    [50_000, 5, 10_000, "bytes=0-4", "bytes=49995-49999"],
    [50_001, 5, 8_334, "bytes=0-5", "bytes=49998-50000"],
    // The largest object of S3's, 50 TB.
    [50e12, gibibyte / 2, 10_000, "bytes=0-4999999999", "bytes=49995000000000-49999999999999"],
  ];
  for (const [bytes, partBytes, count, first, last] of cases) {
    it(`are ${count} of ${bytes} bytes, in parts of ${partBytes} if there are not too many`, () => {
      const ranges = partRanges(bytes, partBytes);
      deepEqual([ranges.length, ranges[0], ranges.at(-1)], [count, first, last]);
    });
  }
});
