import { deepEqual, equal, match, ok } from "node:assert/strict";
import { createHash } from "node:crypto";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { transforms } from "../../functions/transforms";
import { DeliveryBench } from "../helpers/deliveryBench";
import { startPlatform, type Platform, type PlatformOptions } from "../helpers/platform";

const mebibyte = 1024 * 1024;
const partBytes = 5 * mebibyte;

describe("The delivery of an output", () => {
  let delivery: DeliveryBench;
  const platforms: Platform[] = [];
  before(async function () {
    this.timeout(60_000);
    delivery = await DeliveryBench.open("deliveries");
  });
  after(async () => {
    delivery.close();
    await Promise.all(platforms.map((platform) => platform.stop()));
  });

  const platformWith = async (options: PlatformOptions = {}): Promise<Platform> => {
    const platform = await startPlatform(options);
    platforms.push(platform);
    return platform;
  };
  const sha256Of = async (key: string): Promise<string> => {
    const { Body } = await delivery.bench.relay.s3.send(
      new GetObjectCommand({ Bucket: delivery.bucket, Key: key }),
    );
    const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
    return createHash("sha256").update(bytes).digest("base64");
  };

  it("has all bytes, in parts when they are many, and none when there are none", async () => {
    const platform = await platformWith();
    for (const [id, bytes] of Object.entries({
      none: 0,
      few: 10,
      part: partBytes,
      many: 2 * partBytes + 3,
    })) {
      platform.put(id, bytes, { fileName: "a.bin", digest: "sha-256" });
      await delivery.accept(id);
      equal(await delivery.try(platform, id, { partBytes }), "ended");
      const { status, result, outputs, delivery: begun } = await delivery.job(id);
      deepEqual(
        [status, JSON.parse(result ?? ""), outputs?.bytes, begun],
        ["SUCCEEDED", { egress: { key: `p/${id}/a.bin`, bytes } }, bytes, undefined],
      );
      equal(await sha256Of(`p/${id}/a.bin`), await platform.digestOf(id, "sha-256"));
    }
    deepEqual(await delivery.openUploads(), []);
  });

  it("goes on in another invocation when the time is up, and its digest is that of all bytes", async () => {
    const platform = await platformWith();
    platform.put("long", 4 * partBytes + 1, { fileName: "a.bin", digest: "sha-512" });
    await delivery.accept("long");
    const timeIsUp = () => true;
    deepEqual(await delivery.try(platform, "long", { timeIsUp, partBytes }), "goes on");
    equal((await delivery.job("long")).delivery?.bytes, partBytes);
    deepEqual(await delivery.try(platform, "long", { timeIsUp, partBytes }), "goes on");
    equal(await delivery.try(platform, "long", { partBytes }), "ended");
    deepEqual(
      platform.requests.map(({ from }) => from),
      [0, partBytes, 2 * partBytes],
    );
    equal(await sha256Of("p/long/a.bin"), await platform.digestOf("long", "sha-256"));
    deepEqual([await delivery.versions("p/long"), await delivery.openUploads()], [["p/long/a.bin"], []]);
  });

  const withoutRanges: [title: string, options: PlatformOptions][] = [
    ["has no ranges", { ranges: false }],
    ["has no ETags", { etags: false }],
    ["has weak ETags, which promise little", { etags: "weak" }],
  ];
  for (const [title, options] of withoutRanges) {
    it(`fails when it takes too long and the platform ${title}: the limit is named, and no part stays`, async () => {
      const platform = await platformWith(options);
      const id = title.replace(/\W/g, "-");
      platform.put(id, 3 * partBytes);
      await delivery.accept(id);
      equal(await delivery.try(platform, id, { timeIsUp: () => true, partBytes }), "ended");
      const { status, error } = await delivery.job(id);
      deepEqual([status, error?.code], ["FAILED", "OutputTooLarge"]);
      match(error?.cause ?? "", /15 minutes, copied 5242880 bytes .* no ranges with a strong ETag/);
      deepEqual([await delivery.versions(`p/${id}`), await delivery.openUploads()], [[], []]);
    });
  }

  it("goes on after the byte where the connection broke, as often as that brings something", async () => {
    const platform = await platformWith({
      failure: ({ attempt }) => (attempt < 4 ? { cutAfterBytes: 100_000 } : "none"),
    });
    platform.put("broken", 1_000_000, { digest: "md5" });
    await delivery.accept("broken");
    equal(await delivery.try(platform, "broken"), "ended");
    equal(platform.requests.length, 4);
    equal((await delivery.job("broken")).status, "SUCCEEDED");
  });

  it("begins anew when the output has changed meanwhile", async () => {
    const platform = await platformWith({
      failure: ({ attempt }) => (attempt === 2 ? { status: 503 } : "none"),
    });
    platform.put("changing", 2 * partBytes, { fileName: "a.bin" });
    await delivery.accept("changing");
    equal(await delivery.try(platform, "changing", { timeIsUp: () => true, partBytes }), "goes on");
    const { code } = (await delivery.try(platform, "changing", { partBytes })) as { code: string };
    equal(code, "PlatformUnavailable");
    equal((await delivery.job("changing")).delivery?.bytes, partBytes);
    platform.put("changing", Buffer.from("another"), { fileName: "b.txt" });
    equal(await delivery.try(platform, "changing", { partBytes }), "ended");
    deepEqual(
      [await delivery.versions("p/changing"), await delivery.openUploads()],
      [["p/changing/b.txt"], []],
    );
  });

  it("begins anew when the output became shorter than what was copied of it", async () => {
    const platform = await platformWith({ etags: true });
    platform.put("shorter", 3 * partBytes, { fileName: "a.bin" });
    await delivery.accept("shorter");
    equal(await delivery.try(platform, "shorter", { timeIsUp: () => true, partBytes }), "goes on");
    platform.put("shorter", 10, { fileName: "a.bin", headers: { etag: '"same"' } });
    equal(await delivery.deliver(platform, "shorter"), 1);
    deepEqual([(await delivery.job("shorter")).outputs?.bytes, await delivery.openUploads()], [10, []]);
  });

  it("keeps how the output is packed, and refuses to transform what is", async () => {
    const platform = await platformWith();
    platform.put("packed", "bytes", { fileName: "a.json", headers: { "content-encoding": "gzip" } });
    await delivery.accept("packed");
    const changing = {
      url: platform.url,
      redirectHosts: [],
      name: "p",
      transform: transforms["videoQuality"],
    };
    equal(await delivery.try(platform, "packed"), "ended");
    const { ContentEncoding } = await delivery.bench.relay.s3.send(
      new GetObjectCommand({ Bucket: delivery.bucket, Key: "p/packed/a.json" }),
    );
    equal(ContentEncoding, "gzip");
    platform.put("packed-labels", "bytes", { headers: { "content-encoding": "gzip" } });
    await delivery.accept("packed-labels");
    equal(await delivery.try(changing, "packed-labels"), "ended");
    equal((await delivery.job("packed-labels")).error?.code, "OutputPacked");
  });

  const refusals: [title: string, options: PlatformOptions, code: string, message: RegExp][] = [
    ["is busy", { failure: () => ({ status: 429, retryAfter: 30 }) }, "PlatformUnavailable", /429/],
    ["is being repaired", { failure: () => ({ status: 503 }) }, "PlatformUnavailable", /503/],
    ["forbids it", { failure: () => ({ status: 403 }) }, "AccessRefused", /403/],
    ["knows another token", { tokens: ["another"] }, "TokenRefused", /401/],
    [
      "sends less than it says, over and over",
      { ranges: false, failure: () => ({ shortBy: 5 }) },
      "ConnectionBroken",
      /broke after/,
    ],
  ];
  for (const [title, options, code, message] of refusals) {
    it(`is tried again when the platform ${title}; when no try is left the job fails with it`, async () => {
      const platform = await platformWith(options);
      const id = code + title.length;
      platform.put(id, 100);
      await delivery.accept(id);
      const tried = (await delivery.try(platform, id)) as { code: string; message: string };
      equal(tried.code, code);
      match(tried.message, message);
      const open = await delivery.job(id);
      deepEqual([open.status, Object.keys(open.steps["egress"]?.detail ?? {})], ["RUNNING", ["note"]]);
      equal(await delivery.try(platform, id, { tries: 100 }), "ended");
      const { status, error } = await delivery.job(id);
      deepEqual([status, error?.code, error?.step], ["FAILED", code, "egress"]);
    });
  }

  it("is tried again with the token that the secret has then", async () => {
    const platform = await platformWith({ tokens: ["new"] });
    platform.put("rotated", "bytes");
    await delivery.accept("rotated");
    delivery.token = "old";
    equal(((await delivery.try(platform, "rotated")) as { code: string }).code, "TokenRefused");
    delivery.token = "new";
    equal(await delivery.try(platform, "rotated"), "ended");
    delivery.token = "platform-token";
  });

  it("is refused when its digest is another, and leaves nothing", async () => {
    const platform = await platformWith();
    const wrong = createHash("sha256").update("another").digest("base64");
    platform.put("altered", 2 * partBytes, { headers: { "repr-digest": `sha-256=:${wrong}:` } });
    await delivery.accept("altered");
    const { code, message } = (await delivery.try(platform, "altered", { partBytes })) as Record<
      string,
      string
    >;
    equal(code, "WrongDigest");
    ok(message?.includes(wrong));
    deepEqual([await delivery.versions("p/altered"), await delivery.openUploads()], [[], []]);
  });

  it("fails with S3's own error when the bucket refuses it, once no try is left", async () => {
    const platform = await platformWith();
    platform.put("refused", "bytes");
    await delivery.accept("refused");
    const bucket = "no-such-bucket";
    equal(((await delivery.try(platform, "refused", { bucket })) as { code: string }).code, "NoSuchBucket");
    equal(await delivery.try(platform, "refused", { bucket, tries: 100 }), "ended");
    deepEqual((await delivery.job("refused")).error?.code, "NoSuchBucket");
  });

  it("changes labels on their way, if the stack says so, and cannot then be continued", async () => {
    const platform = await platformWith();
    const { videoQuality } = transforms;
    const changing = { url: platform.url, redirectHosts: [], name: "p", transform: videoQuality };
    const labels = {
      attrs: { attrs: [{ name: "Weather", value: "rain" }] },
      frames: { 1: { confidence: 0.9 } },
    };
    platform.put("labels", JSON.stringify(labels), {
      contentType: "application/json",
      fileName: "labels.json",
      digest: "sha-256",
    });
    await delivery.accept("labels");
    equal(await delivery.try(changing, "labels"), "ended");
    const text = await delivery.bench.relay.read("p/labels/labels.json", delivery.bucket);
    deepEqual(JSON.parse(text ?? ""), {
      attrs: {
        attrs: [
          { name: "Weather", value: "rain" },
          { type: "categorical", name: "Video-Quality", value: "high" },
        ],
      },
      frames: { 1: { confidence: 0.9 } },
    });

    platform.put("no-labels", "[1]", { contentType: "application/json" });
    await delivery.accept("no-labels");
    equal(await delivery.try(changing, "no-labels"), "ended");
    const { error } = await delivery.job("no-labels");
    deepEqual(
      [error?.code, error?.cause],
      ["TransformFailed", "The transform failed: A labels document is a JSON object; this is none."],
    );
  });

  it("of two hundred outputs happens exactly once each, though nine downloads in ten are killed halfway", async function () {
    this.timeout(120_000);
    const random = randomFrom(2026);
    const sizes = new Map<string, number>();
    const failure = ({ id, from }: { id: string; from: number }) =>
      random() < 0.9 ? { cutAfterBytes: Math.floor(((sizes.get(id) ?? 0) - from) / 2) } : ("none" as const);
    const kinds = [await platformWith({ failure }), await platformWith({ failure, ranges: false })];
    const ids = Array.from({ length: 200 }, (_, index) => `run-${index}`);
    const tries: number[] = [];
    for (const [index, id] of ids.entries()) {
      const platform = kinds[index % 2];
      if (!platform) throw new Error("there is no such platform");
      sizes.set(id, 20_000 + index);
      platform.put(id, 20_000 + index, { fileName: "a.bin", digest: "sha-256" });
      await delivery.accept(id);
      tries.push(await delivery.deliver(platform, id));
      equal(await sha256Of(`p/${id}/a.bin`), await platform.digestOf(id, "sha-256"));
    }
    deepEqual((await delivery.versions("p/run-")).sort(), ids.map((id) => `p/${id}/a.bin`).sort());
    deepEqual(await delivery.openUploads(), []);
    ok(
      tries.some((count) => count > 10),
      "those without ranges took many tries",
    );
  });
});

/** Numbers from 0 to 1, the same for the same seed: mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
