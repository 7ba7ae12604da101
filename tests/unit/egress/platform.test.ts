import { deepEqual, equal, notDeepEqual } from "node:assert/strict";
import { createHash } from "node:crypto";
import { startPlatform, platformToken, type Platform, type PlatformOptions } from "../../helpers/platform";
import { generatedContent } from "../../helpers/platform/content";

describe("In tests", () => {
  let platform: Platform;
  afterEach(() => platform.stop());

  const start = async (options: PlatformOptions = {}) => {
    platform = await startPlatform(options);
  };
  const get = (id: string, headers: Record<string, string> = {}, token = platformToken) =>
    fetch(`${platform.url}/jobs/${encodeURIComponent(id)}/output`, {
      headers: { authorization: `Bearer ${token}`, ...headers },
      redirect: "manual",
    });

  /** What an answer has, without the headers that all answers have. */
  async function whole(response: Response) {
    const everyday = ["connection", "date", "keep-alive", "transfer-encoding"];
    const headers = [...response.headers].filter(([name]) => !everyday.includes(name));
    return { status: response.status, headers: Object.fromEntries(headers), text: await response.text() };
  }

  describe("The stand-in of the platform", () => {
    const plain = {
      "accept-ranges": "bytes",
      "content-type": "application/octet-stream",
      etag: '"version-1"',
    };
    const ranged = (range: string, length: string) => ({
      ...plain,
      "content-range": `bytes ${range}`,
      "content-length": length,
    });

    const requests: [
      title: string,
      options: PlatformOptions,
      asked: Record<string, string>,
      answer: object,
    ][] = [
      [
        "an output",
        {},
        {},
        { status: 200, headers: { ...plain, "content-length": "10" }, text: "0123456789" },
      ],
      ["a range", {}, { range: "bytes=4-" }, { status: 206, headers: ranged("4-9/10", "6"), text: "456789" }],
      [
        "a range with an end",
        {},
        { range: "bytes=4-5" },
        { status: 206, headers: ranged("4-5/10", "2"), text: "45" },
      ],
      [
        "a range of what has not changed",
        {},
        { range: "bytes=9-", "if-range": '"version-1"' },
        { status: 206, headers: ranged("9-9/10", "1"), text: "9" },
      ],
      [
        "all of what has changed",
        {},
        { range: "bytes=9-", "if-range": '"version-0"' },
        { status: 200, headers: { ...plain, "content-length": "10" }, text: "0123456789" },
      ],
      [
        "no range behind the end",
        {},
        { range: "bytes=10-" },
        {
          status: 416,
          headers: { "content-type": "text/plain", "content-range": "bytes */10" },
          text: "no such range",
        },
      ],
      [
        "all where it has no ranges and no ETags",
        { ranges: false, etags: false },
        { range: "bytes=4-" },
        {
          status: 200,
          headers: { "content-type": "application/octet-stream", "content-length": "10" },
          text: "0123456789",
        },
      ],
      [
        "no lengths where it has none",
        { chunked: true, etags: "weak" },
        { range: "bytes=4-" },
        {
          status: 206,
          headers: { ...plain, etag: 'W/"version-1"', "content-range": "bytes 4-9/*" },
          text: "456789",
        },
      ],
    ];
    for (const [title, options, asked, answer] of requests) {
      it(`gives ${title}`, async () => {
        await start(options);
        platform.put("7", "0123456789");
        deepEqual(await whole(await get("7", asked)), answer);
      });
    }

    it("says of an output what it was told to", async () => {
      await start();
      platform.put("7", "hello", {
        contentType: "text/plain",
        fileName: "grüße.txt",
        digest: "md5",
        headers: { "x-more": "1", etag: '"mine"' },
      });
      deepEqual((await whole(await get("7"))).headers, {
        "accept-ranges": "bytes",
        "content-disposition": "attachment; filename=\"gr??e.txt\"; filename*=UTF-8''gr%C3%BC%C3%9Fe.txt",
        "content-length": "5",
        "content-md5": "XUFAKrxLKna5cZ2REBfFkg==",
        "content-type": "text/plain",
        etag: '"mine"',
        "x-more": "1",
      });
    });

    it("has only what was put and has not expired, for those with a valid token", async () => {
      await start();
      platform.put("7", "bytes");
      const statuses = [
        (await get("7")).status,
        (await get("8")).status,
        (await get("7", {}, "wrong")).status,
      ];
      platform.tokens.clear();
      statuses.push((await get("7")).status);
      platform.tokens.add("new").add(platformToken);
      statuses.push((await get("7", { range: "bytes=2-" }, "new")).status);
      platform.expire("7");
      statuses.push((await get("7")).status);
      platform.put("7", "others");
      statuses.push((await get("7")).status);
      deepEqual(statuses, [200, 404, 401, 401, 206, 404, 200]);
      deepEqual(platform.requests, [
        { id: "7", from: 0, authorized: true },
        { id: "8", from: 0, authorized: true },
        { id: "7", from: 0, authorized: false },
        { id: "7", from: 0, authorized: false },
        { id: "7", from: 2, authorized: true },
        { id: "7", from: 0, authorized: true },
        { id: "7", from: 0, authorized: true },
      ]);
    });

    it("fails as it is told to, each time anew", async () => {
      const asked: object[] = [];
      await start({
        failure: (request) => {
          asked.push(request);
          if (request.attempt === 1) return { status: 503, retryAfter: 7, text: "busy" };
          return request.attempt === 2 ? { redirect: "https://elsewhere.test/" } : "none";
        },
      });
      platform.put("7", "bytes");
      const answers = [await get("7"), await get("7", { range: "bytes=3-" }), await get("7")];
      deepEqual(
        answers.map(({ status, headers }) => [status, headers.get("retry-after"), headers.get("location")]),
        [
          [503, "7", null],
          [302, null, "https://elsewhere.test/"],
          [200, null, null],
        ],
      );
      deepEqual(asked, [
        { id: "7", attempt: 1, from: 0 },
        { id: "7", attempt: 2, from: 3 },
        { id: "7", attempt: 3, from: 0 },
      ]);
    });

    it("has no other resources", async () => {
      await start();
      const answers = [
        await fetch(platform.url),
        await fetch(`${platform.url}/jobs/7/output`, { method: "POST" }),
      ];
      deepEqual(
        answers.map(({ status }) => status),
        [404, 404],
      );
      deepEqual(platform.requests, []);
    });

    it("sends an output, however large, without holding it", async function () {
      this.timeout(60_000);
      await start({ generatedBytes: () => 300_000_000 });
      const before = process.memoryUsage().arrayBuffers;
      let bytes = 0;
      let most = 0;
      for await (const chunk of (await get("large")).body ?? []) {
        bytes += (chunk as Uint8Array).length;
        most = Math.max(most, process.memoryUsage().arrayBuffers - before);
      }
      equal(bytes, 300_000_000);
      equal(most < 150_000_000, true, `${most} bytes were held`);
    });
  });

  describe("Generated bytes", () => {
    const all = (seed: string, length: number, from = 0) => {
      const content = generatedContent(seed, length);
      const chunks: Buffer[] = [];
      for (let at = from; at < length; at += chunks.at(-1)?.length ?? 0)
        chunks.push(content.slice(at, length));
      return Buffer.concat(chunks);
    };

    it("are the same each time, from wherever they are read", () => {
      deepEqual(all("a", 3_000_000, 1_048_570), all("a", 3_000_000).subarray(1_048_570));
      equal(all("a", 3_000_000).length, 3_000_000);
      equal(all("a", 0).length, 0);
    });

    it("are others for another seed, and in each part of an upload", () => {
      notDeepEqual(all("a", 100), all("b", 100));
      const mebibytes = Array.from({ length: 8 }, (_, index) =>
        createHash("md5")
          .update(all("a", 8 << 20).subarray(index << 20, (index + 1) << 20))
          .digest("hex"),
      );
      equal(new Set(mebibytes).size, 8);
    });
  });
});
