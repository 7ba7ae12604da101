import { deepEqual, equal, match } from "node:assert/strict";
import { fetchOutput, type OutputRequest } from "../../../functions/lib/egress/fetchOutput";
import { sendByNode, type Send } from "../../../functions/lib/egress/sendRequest";
import { platformToken as token, type PlatformOptions } from "../../helpers/platform";
import { testCertificate } from "../../helpers/platform/certificate";
import type { Failure } from "../../helpers/platform/failure";
import { bytesOf, refusalOf, sendTo, serversOfEachTest } from "../../helpers/platform/fetching";

describe("When the platform redirects", () => {
  const { start } = serversOfEachTest();
  const request: OutputRequest = { id: "7", token };
  const redirectTo = (redirect: string, status?: 301 | 302 | 303 | 307 | 308): Failure =>
    status === undefined ? { redirect } : { redirect, status };

  describe("A redirect within the platform", () => {
    for (const status of [301, 302, 303, 307, 308] as const) {
      it(`is followed with the token and the range: ${status}`, async () => {
        const platform = await start({
          failure: ({ id }) => (id === "7" ? redirectTo("/v1/jobs/moved/output", status) : "none"),
        });
        platform.put("moved", "0123456789", { fileName: "moved.txt" });
        const { from, facts, body } = await fetchOutput(
          { url: platform.url, redirectHosts: [] },
          { ...request, from: 4, validator: '"version-1"' },
        );
        deepEqual([from, facts.fileName, (await bytesOf(body)).toString()], [4, "moved.txt", "456789"]);
        deepEqual(platform.requests, [
          { id: "7", from: 4, authorized: true },
          { id: "moved", from: 4, authorized: true },
        ]);
      });
    }

    const chains: [redirects: number, delivered: boolean][] = [
      [5, true],
      [6, false],
    ];
    for (const [redirects, delivered] of chains) {
      it(`is ${delivered ? "" : "not "}followed ${redirects} times in a row`, async () => {
        const platform = await start({
          failure: ({ id }) =>
            id === `7${"+".repeat(redirects)}` ? "none" : redirectTo(`/v1/jobs/${id}+/output`),
        });
        platform.put(`7${"+".repeat(redirects)}`, "there");
        const answer = fetchOutput({ url: platform.url, redirectHosts: [] }, request);
        if (delivered) return equal((await bytesOf((await answer).body)).toString(), "there");
        deepEqual(await refusalOf(answer), {
          name: "EgressFailure",
          code: "RedirectRefused",
          message:
            `GET ${platform.url}/jobs/7/output was redirected more than 5 times. ` +
            "Remedy: the platform has to end its redirects.",
        });
        equal(platform.requests.length, 6);
      });
    }
  });

  describe("A redirect to another host", () => {
    const settings = { url: "https://platform.test/v1", redirectHosts: ["storage.test"] };
    /** A platform that redirects to a storage, which asks for no token, and requests that find both. */
    const startBoth = async (storageOptions: PlatformOptions = {}) => {
      const storage = await start({ certificate: testCertificate, tokens: "none", ...storageOptions });
      const platform = await start({
        certificate: testCertificate,
        failure: ({ id }) =>
          id === "7" ? redirectTo("https://storage.test/v1/jobs/7/output?sig=secret") : "none",
      });
      const send = sendTo({ "platform.test": platform.url, "storage.test": storage.url });
      return { platform, storage, send };
    };

    it("is followed over https if the host is listed, without the token", async () => {
      const { platform, storage, send } = await startBoth();
      storage.put("7", "0123456789");
      const answer = await fetchOutput(settings, { ...request, from: 4, validator: '"version-1"' }, { send });
      deepEqual([answer.from, (await bytesOf(answer.body)).toString()], [4, "456789"]);
      deepEqual(platform.requests, [{ id: "7", from: 4, authorized: true }]);
      deepEqual(storage.requests, [{ id: "7", from: 4, authorized: false }]);
    });

    it("lets only that host's addresses be checked: the platform itself may be in a private network", async () => {
      const { storage, send } = await startBoth();
      storage.put("7", "bytes");
      const checked: [string, boolean][] = [];
      const noting: Send = (url, options) => {
        checked.push([url.host, options.lookup !== undefined]);
        return send(url, options);
      };
      (await fetchOutput(settings, request, { send: noting })).body.destroy();
      deepEqual(checked, [
        ["platform.test", false],
        ["storage.test", true],
      ]);
    });

    it("and back to the platform does not bring the token back", async () => {
      const { platform, send } = await startBoth({
        failure: () => redirectTo("https://platform.test/v1/jobs/other/output"),
      });
      platform.put("other", "bytes");
      const { code } = await refusalOf(fetchOutput(settings, request, { send }));
      deepEqual(platform.requests, [
        { id: "7", from: 0, authorized: true },
        { id: "other", from: 0, authorized: false },
      ]);
      // The token was not refused: it was not sent.
      equal(code, "AccessRefused");
    });

    const refusals: [status: number, name: string, code: string][] = [
      [401, "EgressInterruption", "AccessRefused"],
      [403, "EgressInterruption", "AccessRefused"],
      [404, "EgressFailure", "OutputGone"],
      [503, "EgressInterruption", "PlatformUnavailable"],
    ];
    for (const [status, name, code] of refusals) {
      it(`names who answered ${status}, and no signature`, async () => {
        const { send } = await startBoth({ failure: () => ({ status }) });
        const refusal = await refusalOf(fetchOutput(settings, request, { send }));
        deepEqual([refusal.name, refusal.code], [name, code]);
        match(
          refusal.message,
          new RegExp(
            `: GET https://platform\\.test/v1/jobs/7/output, redirected to storage\\.test, was answered ${status} .*: ` +
              `failing with ${status}$`,
          ),
        );
      });
    }

    it("is refused if the host is not listed, and nothing is sent there", async () => {
      const { storage, send } = await startBoth();
      deepEqual(await refusalOf(fetchOutput({ ...settings, redirectHosts: [] }, request, { send })), {
        name: "EgressFailure",
        code: "RedirectRefused",
        message:
          "The platform redirects to storage.test. A redirect is followed within the platform's origin, or over https on " +
          "the default port to a host in redirectHosts. " +
          "Remedy: add storage.test to redirectHosts of the platform if it is to be trusted.",
      });
      deepEqual(storage.requests, []);
    });
  });

  describe("A redirect to a listed host that is not public", () => {
    const cases: [host: string, message: RegExp][] = [
      [
        "localhost",
        /^The platform redirects to localhost, which is (127\.0\.0\.1|::1)\. .* Remedy: remove the host/,
      ],
      [
        "127.0.0.1",
        /^The platform redirects to 127\.0\.0\.1\. Redirects to other hosts are followed to public/,
      ],
      ["[::1]", /^The platform redirects to ::1\. Redirects to other hosts are followed to public/],
    ];
    for (const [host, message] of cases) {
      it(`is refused by what the connection itself looks up: ${host}`, async () => {
        const platform = await start({ failure: () => redirectTo(`https://${host}/x`) });
        const hosts: string[] = [];
        const send: Send = (url, options) => {
          hosts.push(url.hostname);
          return sendByNode(url, options);
        };
        const settings = { url: platform.url.replace("127.0.0.1", "localhost"), redirectHosts: [host] };
        const refusal = await refusalOf(fetchOutput(settings, request, { send }));
        deepEqual([refusal.name, refusal.code], ["EgressFailure", "RedirectRefused"]);
        match(refusal.message, message);
        deepEqual(hosts, host === "localhost" ? ["localhost", "localhost"] : ["localhost"]);
      });
    }

    it("is refused though the platform itself is there", async () => {
      const platform = await start({ failure: () => redirectTo("https://localhost/x") });
      equal(
        (await refusalOf(fetchOutput({ url: platform.url, redirectHosts: ["localhost"] }, request))).code,
        "RedirectRefused",
      );
    });
  });
});
