import { deepEqual, equal, rejects } from "node:assert/strict";
import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { CopyBench, type Sent } from "../helpers/copyBench";

/** Throws as S3 does for a key that another request is writing. */
const conflict = () => Promise.reject(new Error("ConditionalRequestConflict"));

const copies = (sent: readonly Sent[]) =>
  sent.filter(({ command }) => command === "CopyObjectCommand").map(({ key }) => key);

describe("The outputs of a job, copied to where they last", () => {
  let bench: CopyBench;
  before(async function () {
    this.timeout(60_000);
    bench = await CopyBench.open("copied");
  });

  const putAll = async (jobId: string, names: readonly string[]) => {
    const keys = names.map((name) => `outputs/${jobId}/${name}`);
    await Promise.all(keys.map((key) => bench.put(key, key)));
    return keys;
  };

  it("are nothing when there are none, and another job's stay where they are", async () => {
    await bench.put("outputs/none-2/file", "other");
    const { progress, sent } = await bench.copy("none");
    deepEqual([progress, sent.length, await bench.written("none-2")], [{ objects: 0, bytes: 0 }, 1, []]);
  });

  it("are all copied, whatever their number, with no more requests at once than allowed", async () => {
    const names = Array.from({ length: 2_500 }, (_, index) => `part-${String(index).padStart(5, "0")}`);
    const keys: string[] = [];
    for (let from = 0; from < names.length; from += 100) {
      keys.push(...(await putAll("many", names.slice(from, from + 100))));
    }
    const { progress, sent, mostAtOnce } = await bench.copy("many", { concurrency: 4 });
    const bytes = keys.reduce((sum, key) => sum + key.length, 0);
    deepEqual(progress, { objects: 2_500, bytes });
    deepEqual((await bench.written("many")).sort(), keys);
    // Four copies, and the page after.
    deepEqual([copies(sent), sent.length, mostAtOnce <= 5], [keys, 2_503, true]);
  }).timeout(60_000);

  const oddNames = [
    "with space.csv",
    "a+b=c&d.csv",
    "100%.csv",
    "%41.csv",
    "what?versionId=1",
    "#1;v=2,x@y:z",
    "größe/日本語/🚀.csv",
    "quote\"'<&>.csv",
    "(a)!~*$.csv",
    "control\u0001\n.csv",
    "./dot/../dots",
    "//slashes//",
    "",
  ];

  it("keep keys, bytes, type and metadata, whatever the keys are, but not tags", async () => {
    const keys = oddNames.map((name) => `outputs/odd/${name}`);
    const ContentDisposition = 'attachment; filename="a.csv"';
    const Metadata = { run: "7" };
    for (const key of keys) {
      await bench.put(key, `body of ${key}`, {
        ...{ ContentType: "text/csv", ContentDisposition, Metadata },
        Tagging: "cost=centre",
      });
    }
    const { progress } = await bench.copy("odd");
    equal(progress.objects, keys.length);
    for (const key of keys) {
      const original = await bench.facts(bench.source, key);
      deepEqual(original.TagCount, 1);
      deepEqual(await bench.facts(bench.target, key), { ...original, TagCount: undefined }, key);
    }
    deepEqual((await bench.written("odd")).sort(), [...keys].sort());
  });

  it("are not copied again the second time, and counted the same", async () => {
    const keys = await putAll("twice", ["a", "b", "c"]);
    const first = await bench.copy("twice");
    const second = await bench.copy("twice");
    deepEqual(second.progress, first.progress);
    deepEqual(await bench.written("twice"), keys);
  });

  it("are copied once by two who copy them at the same time", async () => {
    const keys = await putAll("together", ["a", "b", "c", "d"]);
    const both = await Promise.all([bench.copy("together"), bench.copy("together")]);
    deepEqual(both[0].progress, both[1].progress);
    deepEqual(await bench.written("together"), keys);
  });

  for (const limit of [0, 1, 2, 7]) {
    it(`are copied on after the last key, when there is time for ${limit} at a time`, async () => {
      const jobId = `slowly-${limit}`;
      const names = ["", "a", "b", "c", "d"];
      const keys = await putAll(jobId, names);
      const reached: (string | undefined)[] = [];
      const copied: string[] = [];
      let total = { objects: 0, bytes: 0 };
      let after: string | undefined;
      do {
        let left = reached.length === 0 ? limit : Math.max(limit, 2);
        const { progress, sent } = await bench.copy(jobId, { after, timeIsUp: () => left-- <= 0 });
        total = { objects: total.objects + progress.objects, bytes: total.bytes + progress.bytes };
        copied.push(...copies(sent));
        reached.push((after = progress.after));
      } while (after !== undefined);
      deepEqual([copied, await bench.written(jobId)], [keys, keys]);
      deepEqual(total, { objects: 5, bytes: keys.reduce((sum, key) => sum + key.length, 0) });
      equal(reached[0], limit > keys.length ? undefined : (keys[limit - 1] ?? `outputs/${jobId}`));
    });
  }

  const disturbances: [title: string, key: string, disturb: () => Promise<unknown>, reason: RegExp][] = [
    [
      "has changed meanwhile",
      "outputs/changed/b",
      () => bench.put("outputs/changed/b", "new"),
      /^Error: outputs\/changed\/b was not copied: it has changed since it was listed$/,
    ],
    [
      "is gone meanwhile",
      "outputs/gone/b",
      () => bench.relay.s3.send(new DeleteObjectCommand({ Bucket: bench.source, Key: "outputs/gone/b" })),
      /^Error: outputs\/gone\/b was not copied: The specified key does not exist\.$/,
    ],
    [
      "is being copied by another",
      "outputs/conflict/b",
      conflict,
      /^Error: outputs\/conflict\/b was not copied: ConditionalRequestConflict$/,
    ],
  ];
  for (const [title, disturbed, disturb, reason] of disturbances) {
    it(`fail when one ${title}, and those that were begun stay`, async () => {
      const jobId = disturbed.split("/")[1] ?? "";
      const [first, second, third] = await putAll(jobId, ["a", "b", "c"]);
      const before = async ({ command, key }: Sent) => {
        if (command === "CopyObjectCommand" && key === disturbed) await disturb();
      };
      await rejects(bench.copy(jobId, { before }), reason);
      deepEqual(await bench.written(jobId), [first, third]);
      const { progress } = await bench.copy(jobId);
      deepEqual(
        [progress.objects, await bench.written(jobId)],
        jobId === "gone" ? [2, [first, third]] : [3, [first, second, third]],
      );
    });
  }

  it("say of each that failed why it did", async () => {
    await putAll("failing", ["a", "b", "c"]);
    const begun: (() => void)[] = [];
    const before = async ({ command, key }: Sent) => {
      if (command !== "CopyObjectCommand" || key.endsWith("b")) return;
      await new Promise<void>((resolve) => {
        begun.push(resolve);
        if (begun.length === 2) for (const fail of begun) fail();
      });
      throw new Error("AccessDenied");
    };
    await rejects(bench.copy("failing", { before }), {
      name: "AggregateError",
      message:
        "outputs/failing/a was not copied: AccessDenied; outputs/failing/c was not copied: AccessDenied",
    });
    deepEqual(await bench.written("failing"), ["outputs/failing/b"]);
  });

  it("fail when they cannot be listed", async () => {
    await putAll("unlisted", ["a", "b"]);
    const before = ({ command }: Sent) => {
      if (command === "ListObjectsV2Command") throw new Error("AccessDenied");
    };
    await rejects(bench.copy("unlisted", { before }), /^Error: AccessDenied$/);
    deepEqual(await bench.written("unlisted"), []);
  });
});
