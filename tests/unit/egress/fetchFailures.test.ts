import { deepEqual, equal, match, ok } from "node:assert/strict";
import { sendByNode, type Send } from "../../../functions/lib/egress/sendRequest";
import { testCertificate } from "../../helpers/platform/certificate";
import { askFor, bytesOf, refusalOf, sendTo, serversOfEachTest } from "../../helpers/platform/fetching";

describe("When the platform fails", () => {
  const { start, startRaw } = serversOfEachTest();

  describe("A platform that does not answer", () => {
    it("is silent after a while", async () => {
      const { url } = await start({ failure: () => "silent" });
      deepEqual(await refusalOf(askFor(url, {}, { answerMs: 50 })), {
        name: "EgressInterruption",
        code: "PlatformSilent",
        message: `GET ${url}/jobs/7/output was not answered within 0.05 s.`,
      });
    });

    it("is silent, too, when it only begins to answer", async () => {
      const { url } = await startRaw((socket) => void socket.write("HTTP/1.1 200 OK\r\nContent-"));
      const { code, message } = await refusalOf(askFor(url, {}, { answerMs: 50 }));
      deepEqual(
        [code, message],
        ["PlatformSilent", `GET ${url}/jobs/7/output was not answered within 0.05 s.`],
      );
    });

    it("breaks the connection when it hangs up", async () => {
      const { url } = await start({ failure: () => "hangUp" });
      deepEqual(await refusalOf(askFor(url)), {
        name: "EgressInterruption",
        code: "ConnectionBroken",
        message: `GET ${url}/jobs/7/output: the connection broke: socket hang up (ECONNRESET)`,
      });
    });

    it("cannot be connected to when it is not there", async () => {
      const platform = await start();
      await platform.stop();
      const { port } = new URL(platform.url);
      const { code, message } = await refusalOf(askFor(platform.url));
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
      const error = await askFor("http://platform.test", {}, { send }).catch((reason: unknown) => reason);
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
        const { url } = await startRaw((socket) => socket.end(bytes));
        const { code, message } = await refusalOf(askFor(url));
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
        /self-signed certificate.* \(DEPTH_ZERO_SELF_SIGNED_CERT\)$/,
      ],
    ];
    for (const [title, host, trusted, reason] of refused) {
      it(`${title} is refused before the token is sent`, async () => {
        const platform = await start({ certificate: testCertificate });
        const url = host === "127.0.0.1" ? platform.url : `https://${host}/v1`;
        const options = trusted ? { send: sendTo({ [host]: platform.url }) } : {};
        const { name, code, message } = await refusalOf(askFor(url, {}, options));
        deepEqual([name, code], ["EgressInterruption", "CertificateRefused"]);
        ok(message.startsWith(`GET ${url}/jobs/7/output: the certificate is refused: `), message);
        match(message, reason);
        deepEqual(platform.requests, []);
      });
    }

    it("of the platform's name is good", async () => {
      const platform = await start({ certificate: testCertificate });
      platform.put("7", "bytes");
      const { body } = await askFor(
        "https://platform.test/v1",
        {},
        { send: sendTo({ "platform.test": platform.url }) },
      );
      equal((await bytesOf(body)).toString(), "bytes");
    });

    it("is none where the platform speaks plain HTTP", async () => {
      const { url } = await start();
      const { code } = await refusalOf(askFor(url.replace("http:", "https:")));
      equal(code, "ConnectionBroken");
    });
  });
});
