import { deepEqual, equal } from "node:assert/strict";
import { platformToken as token, type Platform, type PlatformOptions } from "../../helpers/platform";
import type { Failure } from "../../helpers/platform/failure";
import { askFor, bytesOf, refusalOf, serversOfEachTest } from "../../helpers/platform/fetching";

describe("When the platform refuses", () => {
  const { start: startOne, startRaw } = serversOfEachTest();
  let platform: Platform;
  const start = async (options?: PlatformOptions) => {
    platform = await startOne(options);
  };
  const ask = () => askFor(platform.url);

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

    const unending: [title: string, text: string, told: string][] = [
      ["as far as it is read", "x".repeat(10_000), "x".repeat(200)],
      ["as far as it came", "busy", "busy"],
    ];
    for (const [title, text, told] of unending) {
      it(`has text that does not end ${title}`, async () => {
        const head = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 1000000\r\n\r\n";
        const { url } = await startRaw((socket) => void socket.write(head + text));
        // The shorter one is not waited for; the longer one does not have to be.
        const options = { answerMs: text === told ? 50 : 60_000 };
        const { code, message } = await refusalOf(askFor(url, {}, options));
        deepEqual([code, message.split("503 Service Unavailable: ")[1]], ["PlatformUnavailable", told]);
      });
    }

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
});
