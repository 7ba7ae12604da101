import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import type { Socket } from "node:net";
import type { Readable } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import {
  fetchOutput,
  type FetchOptions,
  type OutputRequest,
} from "../../../functions/lib/egress/fetchOutput";
import { sendByNode, type Send } from "../../../functions/lib/egress/sendRequest";
import {
  startPlatform,
  platformToken as token,
  type Platform,
  type PlatformOptions,
} from "../../helpers/platform";
import { testCertificate } from "../../helpers/platform/certificate";
import { bytesOf, refusalOf, sendTo, startRawServer } from "../../helpers/platform/fetching";
import type { Failure } from "../../helpers/platform/failure";

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});
const start = async (options: PlatformOptions = {}): Promise<Platform> => {
  const platform = await startPlatform(options);
  stops.push(() => platform.stop());
  return platform;
};
/** Asks for an output of a server that answers with these bytes. */
const askRaw = async (answer: (socket: Socket) => void, options?: FetchOptions) => {
  const server = await startRawServer(answer);
  stops.push(() => server.stop());
  return { asked: `GET ${server.url}/jobs/7/output`, answer: ask(server.url, {}, options) };
};
const ask = (url: string, request: Partial<OutputRequest> = {}, options?: FetchOptions) =>
  fetchOutput({ url, redirectHosts: [] }, { id: "7", token, ...request }, options);

describe("A platform that does not answer", () => {
  it("is silent after a while", async () => {
    const { url } = await start({ failure: () => "silent" });
    deepEqual(await refusalOf(ask(url, {}, { answerMs: 50 })), {
      name: "EgressInterruption",
      code: "PlatformSilent",
      message: `GET ${url}/jobs/7/output was not answered within 0.05 s.`,
    });
  });

  it("is silent, too, when it only begins to answer", async () => {
    const { asked, answer } = await askRaw((socket) => void socket.write("HTTP/1.1 200 OK\r\nContent-"), {
      answerMs: 50,
    });
    const { code, message } = await refusalOf(answer);
    deepEqual([code, message], ["PlatformSilent", `${asked} was not answered within 0.05 s.`]);
  });

  it("breaks the connection when it hangs up", async () => {
    const { url } = await start({ failure: () => "hangUp" });
    deepEqual(await refusalOf(ask(url)), {
      name: "EgressInterruption",
      code: "ConnectionBroken",
      message: `GET ${url}/jobs/7/output: the connection broke: socket hang up (ECONNRESET)`,
    });
  });

  it("cannot be connected to when it is not there", async () => {
    const platform = await startPlatform();
    await platform.stop();
    const { port } = new URL(platform.url);
    const { code, message } = await refusalOf(ask(platform.url));
    deepEqual(
      [code, message],
      [
        "ConnectionBroken",
        `GET ${platform.url}/jobs/7/output: the connection broke: connect ECONNREFUSED 127.0.0.1:${port}`,
      ],
    );
  });

  it("cannot be found when DNS does not know it", async () => {
    const unknown = Object.assign(new Error("getaddrinfo ENOTFOUND platform.test"), { code: "ENOTFOUND" });
    const send: Send = (url, options) =>
      sendByNode(url, { ...options, lookup: (_host, _options, callback) => callback(unknown, "", 0) });
    const error = await ask("http://platform.test", {}, { send }).catch((reason: unknown) => reason);
    const { name, code, message, cause } = error as NodeJS.ErrnoException;
    deepEqual(
      { name, code, message, cause },
      {
        name: "EgressInterruption",
        code: "ConnectionBroken",
        message: `GET http://platform.test/jobs/7/output: the connection broke: ${unknown.message}`,
        cause: unknown,
      },
    );
  });

  const noHttp: [title: string, bytes: string, code: string, message: RegExp][] = [
    [
      "no HTTP",
      "SSH-2.0-OpenSSH_9.6\r\n",
      "ConnectionBroken",
      /: the connection broke: Parse Error: Expected HTTP/,
    ],
    ["nothing", "", "ConnectionBroken", /: the connection broke: socket hang up \(ECONNRESET\)$/],
    [
      "another protocol",
      "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
      "UnexpectedAnswer",
      / was not answered: the connection ended\.$/,
    ],
  ];
  for (const [title, bytes, expected, pattern] of noHttp) {
    it(`is no platform when it speaks ${title}`, async () => {
      const { answer } = await askRaw((socket) => socket.end(bytes));
      const { code, message } = await refusalOf(answer);
      equal(code, expected);
      match(message, pattern);
    });
  }
});

describe("A certificate", () => {
  const refused: [title: string, host: string, trusted: boolean, reason: RegExp][] = [
    [
      "of another name",
      "elsewhere.test",
      true,
      /Hostname\/IP does not match certificate's altnames: Host: elsewhere/,
    ],
    ["of a name, for an address", "127.0.0.1", true, /IP: 127\.0\.0\.1 is not in the cert's list/],
    [
      "that nobody vouches for",
      "127.0.0.1",
      false,
      /self-signed certificate \(DEPTH_ZERO_SELF_SIGNED_CERT\)$/,
    ],
  ];
  for (const [title, host, trusted, reason] of refused) {
    it(`${title} is refused before the token is sent`, async () => {
      const platform = await start({ certificate: testCertificate });
      const url = host === "127.0.0.1" ? platform.url : `https://${host}/v1`;
      const options = trusted ? { send: sendTo({ [host]: platform.url }) } : {};
      const { name, code, message } = await refusalOf(ask(url, {}, options));
      deepEqual([name, code], ["EgressInterruption", "CertificateRefused"]);
      ok(message.startsWith(`GET ${url}/jobs/7/output: the certificate is refused: `), message);
      match(message, reason);
      deepEqual(platform.requests, []);
    });
  }

  it("of the platform's name is good", async () => {
    const platform = await start({ certificate: testCertificate });
    platform.put("7", "bytes");
    const { body } = await ask(
      "https://platform.test/v1",
      {},
      { send: sendTo({ "platform.test": platform.url }) },
    );
    equal((await bytesOf(body)).toString(), "bytes");
  });

  it("is none where the platform speaks plain HTTP", async () => {
    const { url } = await start();
    const { code } = await refusalOf(ask(url.replace("http:", "https:")));
    equal(code, "ConnectionBroken");
  });
});

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
  const failures: [title: string, failure: Failure, options: PlatformOptions, from: number, bytes: number][] =
    [
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
      const answer = await ask(url, { from });
      equal(answer.from, from);
      deepEqual(await read(answer.body), { bytes, ...broken(url, from + bytes) });
    });
  }

  it("of chunks that are none fails where they end", async () => {
    const { answer } = await askRaw((socket) => {
      socket.end("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nno chunk\r\n");
    });
    const { bytes, code } = await read((await answer).body);
    deepEqual([bytes, code], [3, "ConnectionBroken"]);
  });

  it("that has more bytes than it says ends where it should", async () => {
    const { answer } = await askRaw((socket) =>
      socket.end("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcdef"),
    );
    equal((await bytesOf((await answer).body)).toString(), "abc");
  });

  it("without a length ends with the connection", async () => {
    const { answer } = await askRaw((socket) => socket.end("HTTP/1.1 200 OK\r\n\r\nabc"));
    const { facts, body } = await answer;
    deepEqual([facts.length, (await bytesOf(body)).toString()], [undefined, "abc"]);
  });

  it("in which no more bytes come fails after a while", async () => {
    const { url, ...platform } = await start({ failure: () => ({ silentAfterBytes: 1_000 }) });
    platform.put("7", 1_000_000);
    const { body } = await ask(url, { from: 5 }, { idleMs: 50 });
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
    const { body } = await ask(url, {}, { idleMs: 20 });
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
    const { body } = await ask(url);
    body.resume();
    await new Promise((resolve) => body.once("close", resolve));
    deepEqual(await read(body), { bytes: 0, ...broken(url, 10) });
  });

  it("holds only a little of what nobody reads", async () => {
    const { url, ...platform } = await start();
    platform.put("7", 1_000_000_000);
    const { body } = await ask(url);
    for (let turns = 0; turns < 2_000; turns++) await turn();
    const { readableLength: held } = body;
    ok(held > 0 && held <= 512 * 1024, `${held} bytes are held`);
    body.destroy();
  });

  it("comes unaltered, however long it is", async () => {
    const { url, ...platform } = await start();
    platform.put("7", 20_000_000, { digest: "crc32c" });
    const { facts, body } = await ask(url);
    const bytes = await bytesOf(body);
    const again = await startPlatform();
    stops.push(() => again.stop());
    again.put("7", bytes);
    deepEqual(facts.digest, { algorithm: "crc32c", value: await again.digestOf("7", "crc32c") });
  });
});

describe("A request that is given up", () => {
  const reason = new Error("no longer wanted");

  it("is not sent at all when it has been given up before", async () => {
    const { url, requests } = await start();
    await rejects(ask(url, { signal: AbortSignal.abort(reason) }), reason);
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
    await rejects(ask(url, { signal: giveUp.signal }), { name: "AbortError", cause: reason });
  });

  it("has no more of a body", async () => {
    const { url, ...platform } = await start({ failure: () => ({ silentAfterBytes: 1_000 }) });
    platform.put("7", 1_000_000);
    const giveUp = new AbortController();
    const { body } = await ask(url, { signal: giveUp.signal });
    body.once("data", () => giveUp.abort(reason));
    await rejects(bytesOf(body), { name: "AbortError", cause: reason });
  });
});

describe("The connection of an answer that nobody wants", () => {
  const unwanted: [title: string, failure: Failure][] = [
    ["a refusal", { status: 404, text: "x".repeat(1_000_000) }],
    ["a redirect", { redirect: "https://evil.example/" }],
    ["another range", { status: 206, text: "x".repeat(1_000_000) }],
  ];
  for (const [title, failure] of unwanted) {
    it(`is closed after ${title}`, async () => {
      const platform = await start({ failure: () => failure });
      await refusalOf(ask(platform.url));
      await platform.idle();
    });
  }

  it("is closed after a body that is destroyed", async () => {
    const platform = await start({ failure: () => ({ silentAfterBytes: 10 }) });
    platform.put("7", 1_000);
    (await ask(platform.url)).body.destroy();
    await platform.idle();
  });
});
