import { deepEqual, equal } from "node:assert/strict";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { fetchOutput, type OutputRequest } from "../../../functions/lib/egress/fetchOutput";
import {
  startPlatform,
  platformToken as token,
  type Platform,
  type PlatformOptions,
} from "../../helpers/platform";
import { bytesOf, refusalOf } from "../../helpers/platform/fetching";
import type { Failure } from "../../helpers/platform/failure";

let platform: Platform;
afterEach(() => platform.stop());

const start = async (options: PlatformOptions = {}) => {
  platform = await startPlatform(options);
};
const ask = (request: Partial<OutputRequest> = {}) =>
  fetchOutput({ url: platform.url, redirectHosts: [] }, { id: "7", token, ...request });

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
  const cases: [title: string, options: PlatformOptions, request: Partial<OutputRequest>, from: number][] = [
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

describe("An answer without the output", () => {
  const failures: Record<string, [name: string, sentence: string]> = {
    OutputGone: ["EgressFailure", "The platform does not have the output (any more)"],
    PlatformRefused: ["EgressFailure", "The platform refuses to give the output"],
    TokenRefused: ["EgressInterruption", "The platform refuses the token"],
    AccessRefused: ["EgressInterruption", "The platform refuses access to the output"],
    PlatformUnavailable: ["EgressInterruption", "The platform cannot give the output now"],
    UnexpectedAnswer: ["EgressInterruption", "The answer has no output"],
  };
  const statuses: [code: string, lines: string[]][] = [
    [
      "UnexpectedAnswer",
      ["201 Created", "202 Accepted", "203 Non-Authoritative Information", "207 Multi-Status"],
    ],
    ["UnexpectedAnswer", ["300 Multiple Choices", "305 Use Proxy", "306 unknown"]],
    [
      "PlatformRefused",
      ["400 Bad Request", "402 Payment Required", "405 Method Not Allowed", "406 Not Acceptable"],
    ],
    ["PlatformRefused", ["407 Proxy Authentication Required", "409 Conflict", "416 Range Not Satisfiable"]],
    ["PlatformRefused", ["418 I'm a Teapot", "421 Misdirected Request", "422 Unprocessable Entity"]],
    ["PlatformRefused", ["426 Upgrade Required", "431 Request Header Fields Too Large", "499 unknown"]],
    ["PlatformRefused", ["451 Unavailable For Legal Reasons"]],
    ["TokenRefused", ["401 Unauthorized"]],
    ["AccessRefused", ["403 Forbidden"]],
    ["OutputGone", ["404 Not Found", "410 Gone"]],
    ["PlatformUnavailable", ["408 Request Timeout", "425 Too Early", "429 Too Many Requests"]],
    ["PlatformUnavailable", ["500 Internal Server Error", "501 Not Implemented", "502 Bad Gateway"]],
    ["PlatformUnavailable", ["503 Service Unavailable", "504 Gateway Timeout", "599 unknown"]],
  ];
  for (const [code, lines] of statuses) {
    const [name = "", sentence = ""] = failures[code] ?? [];
    for (const line of lines) {
      it(`${line} is ${code}`, async () => {
        await start({ failure: () => ({ status: Number(line.slice(0, 3)) }) });
        deepEqual(await refusalOf(ask()), {
          name,
          code,
          message:
            `${sentence}: GET ${platform.url}/jobs/7/output was answered ${line}: ` +
            `failing with ${line.slice(0, 3)}`,
        });
        equal(platform.requests.length, 1);
      });
    }
  }

  for (const line of ["204 No Content", "304 Not Modified"]) {
    it(`${line} is UnexpectedAnswer, too`, async () => {
      await start({ failure: () => ({ status: Number(line.slice(0, 3)) }) });
      const { code, message } = await refusalOf(ask());
      deepEqual(
        [code, message],
        [
          "UnexpectedAnswer",
          `The answer has no output: GET ${platform.url}/jobs/7/output was answered ${line}`,
        ],
      );
    });
  }

  it("says when to come back", async () => {
    const inAMinute = new Date(Date.now() + 60_000).toUTCString();
    const waits: [failure: Failure, retryAfterSeconds: number | undefined][] = [
      [{ status: 503, retryAfter: 17 }, 17],
      [{ status: 429, retryAfter: 0 }, 0],
      [{ status: 503, retryAfter: inAMinute }, 60],
      [{ status: 503, retryAfter: "later" }, undefined],
    ];
    await start({ failure: ({ attempt }) => waits[attempt - 1]?.[0] ?? "none" });
    for (const [, seconds] of waits) {
      const { retryAfterSeconds } = await refusalOf(ask());
      // The date is of whole seconds, and time goes on.
      equal(seconds === 60 ? 60 - (retryAfterSeconds ?? 0) < 20 : retryAfterSeconds === seconds, true);
    }
  });

  it("is that of a wrong token, and of a right one once it is known", async () => {
    await start({ tokens: ["new"] });
    platform.put("7", "bytes");
    equal((await refusalOf(ask())).code, "TokenRefused");
    platform.tokens.add(token);
    equal((await bytesOf((await ask()).body)).toString(), "bytes");
  });

  it("is that of an output that has expired", async () => {
    await start({ generatedBytes: () => 10 });
    equal((await bytesOf((await ask()).body)).length, 10);
    platform.expire("7");
    equal((await refusalOf(ask())).code, "OutputGone");
  });

  const texts: [title: string, text: string, told: string][] = [
    ["in one line", "a\r\n\tb\u0000\u001b[31m  c", "a b [31m c"],
    ["up to 200 characters", "é".repeat(5_000), "é".repeat(200)],
    ["in whole characters", "😀".repeat(300), "😀".repeat(200)],
    ["without the token", `bad token ${token}, (Bearer ${token})`, "bad token (token), (Bearer (token))"],
    ["without the part of the token that fits", `${"x".repeat(195)}${token}`, `${"x".repeat(195)}(toke`],
    ["as far as it is UTF-8", "a\ufffdb", "a\ufffdb"],
    ["however much there is", "x".repeat(5_000_000), "x".repeat(200)],
  ];
  for (const [title, text, told] of texts) {
    it(`has the platform's own text ${title}`, async () => {
      await start({ failure: () => ({ status: 400, text }) });
      const { message } = await refusalOf(ask());
      equal(message.split("400 Bad Request: ")[1], told);
    });
  }
});
