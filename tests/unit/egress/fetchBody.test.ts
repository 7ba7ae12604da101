import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import type { Readable } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import type { PlatformOptions } from "../../helpers/platform";
import type { Failure } from "../../helpers/platform/failure";
import { askFor, bytesOf, refusalOf, serversOfEachTest } from "../../helpers/platform/fetching";

describe("What the platform sends", () => {
  const { start, startRaw } = serversOfEachTest();

  /** What comes of a body until it fails, and how it fails. */
  async function read(body: Readable) {
    let bytes = 0;
    const reading = (async () => {
      for await (const chunk of body) bytes += (chunk as Buffer).length;
    })();
    const { name, code, message } = await refusalOf(reading);
    return { bytes, name, code, message };
  }

  describe("A body", () => {
    const broken = (url: string, bytes: number) => ({
      name: "EgressInterruption",
      code: "ConnectionBroken",
      message: `GET ${url}/jobs/7/output: the connection broke after ${bytes} bytes of the output: aborted (ECONNRESET)`,
    });
    const failures: [
      title: string,
      failure: Failure,
      options: PlatformOptions,
      from: number,
      bytes: number,
    ][] = [
      ["that is shorter than it should be", { shortBy: 1 }, {}, 0, 999_999],
      ["that never begins", { shortBy: 1_000_000 }, {}, 0, 0],
      ["that is cut", { cutAfterBytes: 500_000 }, {}, 0, 500_000],
      ["that is cut at once", { cutAfterBytes: 0 }, {}, 0, 0],
      ["that is cut and has no length", { cutAfterBytes: 500_000 }, { chunked: true }, 0, 500_000],
      ["that is cut where it continues", { cutAfterBytes: 1_000 }, {}, 600_000, 1_000],
    ];
    for (const [title, failure, options, from, bytes] of failures) {
      it(`${title} fails where it ends`, async () => {
        const { url, ...platform } = await start({ ...options, failure: () => failure });
        platform.put("7", 1_000_000);
        const answer = await askFor(url, { from });
        equal(answer.from, from);
        deepEqual(await read(answer.body), { bytes, ...broken(url, from + bytes) });
      });
    }

    it("of chunks that are none fails where they end", async () => {
      const { url } = await startRaw((socket) => {
        socket.end("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nno chunk\r\n");
      });
      const { bytes, code } = await read((await askFor(url)).body);
      deepEqual([bytes, code], [3, "ConnectionBroken"]);
    });

    it("that has more bytes than it says ends where it should", async () => {
      const { url } = await startRaw((socket) =>
        socket.end("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcdef"),
      );
      equal((await bytesOf((await askFor(url)).body)).toString(), "abc");
    });

    it("without a length ends with the connection", async () => {
      const { url } = await startRaw((socket) => socket.end("HTTP/1.1 200 OK\r\n\r\nabc"));
      const { facts, body } = await askFor(url);
      deepEqual([facts.length, (await bytesOf(body)).toString()], [undefined, "abc"]);
    });

    it("in which no more bytes come fails after a while", async () => {
      const { url, ...platform } = await start({ failure: () => ({ silentAfterBytes: 1_000 }) });
      platform.put("7", 1_000_000);
      const { body } = await askFor(url, { from: 5 }, { idleMs: 50 });
      deepEqual(await read(body), {
        bytes: 1_000,
        name: "EgressInterruption",
        code: "PlatformSilent",
        message: `GET ${url}/jobs/7/output: no byte came for 0.05 s after 1005 bytes of the output.`,
      });
    });

    it("is not silent while nobody reads it, however long that takes", async () => {
      const { url, ...platform } = await start();
      platform.put("7", 10_000_000);
      const { body } = await askFor(url, {}, { idleMs: 20 });
      let bytes = 0;
      let pauses = 0;
      for await (const chunk of body) {
        bytes += (chunk as Buffer).length;
        if (pauses++ < 3) await new Promise((resolve) => setTimeout(resolve, 60));
      }
      equal(bytes, 10_000_000);
    });

    it("that breaks before anybody reads it tells the first who does", async () => {
      const { url, ...platform } = await start({ failure: () => ({ cutAfterBytes: 10 }) });
      platform.put("7", 1_000);
      const { body } = await askFor(url);
      body.resume();
      await new Promise((resolve) => body.once("close", resolve));
      deepEqual(await read(body), { bytes: 0, ...broken(url, 10) });
    });

    it("holds only a little of what nobody reads", async () => {
      const { url, ...platform } = await start();
      platform.put("7", 1_000_000_000);
      const { body } = await askFor(url);
      for (let turns = 0; turns < 2_000; turns++) await turn();
      const { readableLength: held } = body;
      ok(held > 0 && held <= 512 * 1024, `${held} bytes are held`);
      body.destroy();
    });

    it("comes unaltered, however long it is", async () => {
      const { url, ...platform } = await start();
      platform.put("7", 20_000_000, { digest: "crc32c" });
      const { facts, body } = await askFor(url);
      const bytes = await bytesOf(body);
      const again = await start();
      again.put("7", bytes);
      deepEqual(facts.digest, { algorithm: "crc32c", value: await again.digestOf("7", "crc32c") });
    });
  });

  describe("A request that is given up", () => {
    const reason = new Error("no longer wanted");

    it("is not sent at all when it has been given up before", async () => {
      const { url, requests } = await start();
      await rejects(askFor(url, { signal: AbortSignal.abort(reason) }), reason);
      deepEqual(requests, []);
    });

    it("does not wait for an answer", async () => {
      const giveUp = new AbortController();
      const { url } = await start({
        failure: () => {
          giveUp.abort(reason);
          return "silent";
        },
      });
      await rejects(askFor(url, { signal: giveUp.signal }), { name: "AbortError", cause: reason });
    });

    it("has no more of a body", async () => {
      const { url, ...platform } = await start({ failure: () => ({ silentAfterBytes: 1_000 }) });
      platform.put("7", 1_000_000);
      const giveUp = new AbortController();
      const { body } = await askFor(url, { signal: giveUp.signal });
      body.once("data", () => giveUp.abort(reason));
      await rejects(bytesOf(body), { name: "AbortError", cause: reason });
    });
  });

  describe("The connection of an answer that nobody wants", () => {
    // More than the system takes of what nobody reads.
    const text = "x".repeat(30_000_000);
    const unwanted: [title: string, failure: Failure][] = [
      ["a refusal", { status: 404, text }],
      ["a redirect", { status: 302, headers: { location: "/v1/jobs/gone/output" }, text }],
      ["a redirect that is refused", { status: 302, headers: { location: "https://evil.example/" }, text }],
      ["another range", { status: 206, text }],
    ];
    for (const [title, failure] of unwanted) {
      it(`is closed after ${title}`, async () => {
        const platform = await start({ failure: ({ id }) => (id === "7" ? failure : "none") });
        await refusalOf(askFor(platform.url));
        await platform.idle();
      });
    }

    it("is closed after a body that is destroyed", async () => {
      const platform = await start({ failure: () => ({ silentAfterBytes: 10 }) });
      platform.put("7", 1_000);
      (await askFor(platform.url)).body.destroy();
      await platform.idle();
    });
  });
});
