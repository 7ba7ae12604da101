import { deepEqual, equal } from "node:assert/strict";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { fetchOutput, type OutputRequest } from "../../../functions/lib/egress/fetchOutput";
import { platformToken as token, type Platform, type PlatformOptions } from "../../helpers/platform";
import { askFor, bytesOf, refusalOf, serversOfEachTest } from "../../helpers/platform/fetching";

describe("Asking the platform", () => {
  const { start: startOne } = serversOfEachTest();
  let platform: Platform;
  const start = async (options?: PlatformOptions) => {
    platform = await startOne(options);
  };
  const ask = (request?: Partial<OutputRequest>) => askFor(platform.url, request);

  describe("An output that is asked for", () => {
    it("comes with what the platform says of it", async () => {
      await start();
      platform.put("7", '{"labels":[]}', {
        contentType: "application/json",
        fileName: "метки.json",
        digest: "sha-256",
      });
      const { facts, from, body } = await ask();
      deepEqual(
        { facts, from, text: (await bytesOf(body)).toString() },
        {
          facts: {
            length: 13,
            contentType: "application/json",
            fileName: "метки.json",
            digest: { algorithm: "sha-256", value: await platform.digestOf("7", "sha-256") },
            validator: '"version-1"',
            acceptsRanges: true,
          },
          from: 0,
          text: '{"labels":[]}',
        },
      );
      deepEqual(platform.requests, [{ id: "7", from: 0, authorized: true }]);
    });

    it("may be empty", async () => {
      await start();
      platform.put("7", "");
      const { facts, body } = await ask();
      deepEqual([facts.length, (await bytesOf(body)).length], [0, 0]);
    });

    it("may come without its length, without ranges and without an ETag", async () => {
      await start({ chunked: true, ranges: false, etags: false });
      platform.put("7", 1_000_000);
      const { facts, body } = await ask();
      deepEqual(facts, { contentType: "application/octet-stream", fileName: "output", acceptsRanges: false });
      equal((await bytesOf(body)).length, 1_000_000);
    });

    const ids = ["a/b", "../../admin", "a?b#c", "作业 № 1", "%2e%2e", "...", "a".repeat(256), "\u0000\n"];
    for (const id of ids) {
      it(`is asked for by exactly its id: ${JSON.stringify(id).slice(0, 30)}`, async () => {
        await start();
        platform.put(id, "its bytes");
        equal((await bytesOf((await ask({ id })).body)).toString(), "its bytes");
        deepEqual(platform.requests, [{ id, from: 0, authorized: true }]);
      });
    }

    for (const id of ["", ".", ".."]) {
      it(`is not asked for by the id ${JSON.stringify(id)}, which would be another path`, async () => {
        await start();
        deepEqual(await refusalOf(ask({ id })), {
          name: "EgressFailure",
          code: "OutputGone",
          message: `No output of a platform can have the id ${JSON.stringify(id)}.`,
        });
        deepEqual(platform.requests, []);
      });
    }

    for (const bad of ["", "two words", "line\nline", "ключ"]) {
      it(`is not asked for with the token ${JSON.stringify(bad)}, which no header can have`, async () => {
        await start();
        deepEqual(await refusalOf(ask({ token: bad })), {
          name: "EgressInterruption",
          code: "TokenRefused",
          message: "The token is empty, or has characters that no header may have.",
        });
        deepEqual(platform.requests, []);
      });
    }
  });

  describe("A request for an output", () => {
    const sent = async (request: Partial<OutputRequest>): Promise<IncomingHttpHeaders> => {
      await start();
      let headers: IncomingHttpHeaders = {};
      const server = createServer((got, response) => {
        headers = got.headers;
        response.end();
      });
      await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const { body } = await fetchOutput({ url, redirectHosts: [] }, { id: "7", token, ...request });
      body.destroy();
      await new Promise((resolve) => server.close(resolve));
      const { host, ...others } = headers;
      equal(`http://${host}`, url);
      return others;
    };
    const always = {
      accept: "*/*",
      "accept-encoding": "identity",
      authorization: `Bearer ${token}`,
      connection: "close",
      "user-agent": "jobrelay",
    };
    const requests: [title: string, request: Partial<OutputRequest>, headers: IncomingHttpHeaders][] = [
      ["for all of it has the token and no range", {}, {}],
      ["from its first byte has no range", { from: 0, validator: '"v1"' }, {}],
      ["from another byte has a range", { from: 5 }, { range: "bytes=5-" }],
      [
        "that continues has the range and what must not have changed",
        { from: 5_000_000_000, validator: '"v1"' },
        { range: "bytes=5000000000-", "if-range": '"v1"' },
      ],
    ];
    for (const [title, request, headers] of requests) {
      it(title, async () => deepEqual(await sent(request), { ...always, ...headers }));
    }
  });

  describe("An output that is continued", () => {
    const validator = '"version-1"';
    const cases: [title: string, options: PlatformOptions, request: Partial<OutputRequest>, from: number][] =
      [
        ["comes from there on", {}, { from: 4, validator }, 4],
        ["comes from there on without a validator", {}, { from: 4 }, 4],
        ["comes from there on without its length", { chunked: true }, { from: 4, validator }, 4],
        ["comes from there on to its last byte", {}, { from: 9, validator }, 9],
        ["comes from its beginning when it has changed since", {}, { from: 4, validator: '"version-0"' }, 0],
        ["comes from its beginning when there are no ranges", { ranges: false }, { from: 4, validator }, 0],
      ];
    for (const [title, options, request, from] of cases) {
      it(title, async () => {
        await start(options);
        platform.put("7", "0123456789", { digest: "md5" });
        const answer = await ask(request);
        const { length, acceptsRanges, digest } = answer.facts;
        deepEqual(
          { from: answer.from, length, acceptsRanges, digest, text: (await bytesOf(answer.body)).toString() },
          {
            from,
            length: options.chunked ? undefined : 10,
            acceptsRanges: options.ranges ?? true,
            // Content-MD5 is that of what is sent.
            digest: from > 0 ? undefined : { algorithm: "md5", value: "eB5eJF1ptWaXm4bijSPyxw==" },
            text: "0123456789".slice(from),
          },
        );
      });
    }

    it("may have been put anew in between", async () => {
      await start();
      platform.put("7", "first bytes");
      const first = await ask();
      first.body.destroy();
      platform.put("7", "other bytes");
      const { from, facts, body } = await ask({ from: 6, validator: first.facts.validator ?? "" });
      deepEqual([from, facts.validator, (await bytesOf(body)).toString()], [0, '"version-2"', "other bytes"]);
    });

    it("has changed when it is shorter than what there was of it", async () => {
      await start();
      platform.put("7", "0123456789");
      deepEqual(await refusalOf(ask({ from: 10, validator })), {
        name: "EgressInterruption",
        code: "OutputChanged",
        message:
          "The output is not as long as what there was of it before: " +
          `GET ${platform.url}/jobs/7/output was answered 416 Range Not Satisfiable: no such range`,
      });
    });

    const wrong: [contentRange: string | undefined, named: string][] = [
      ["bytes 0-9/10", "bytes 0-9/10"],
      ["bytes 5-9/10", "bytes 5-9/10"],
      ["bytes 4-9/5", "bytes 4-9/5"],
      [undefined, "missing"],
    ];
    for (const [contentRange, named] of wrong) {
      it(`is not taken from elsewhere: Content-Range ${named}`, async () => {
        const headers: Record<string, string> =
          contentRange === undefined ? {} : { "content-range": contentRange };
        await start({ failure: () => ({ status: 206, headers }) });
        deepEqual(await refusalOf(ask({ from: 4, validator })), {
          name: "EgressInterruption",
          code: "UnexpectedAnswer",
          message: `GET ${platform.url}/jobs/7/output from byte 4 was answered 206 with the Content-Range ${named}.`,
        });
      });
    }
  });
});
