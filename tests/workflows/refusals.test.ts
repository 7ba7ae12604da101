import { deepEqual, equal, match } from "node:assert/strict";
import { signedFetch } from "../../cli/signedFetch";
import { sharedRelay, type Relay } from "../helpers/relay";

interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly errors?: readonly { pointer: string }[];
}

describe("The API refuses, as problem details,", () => {
  let relay: Relay;
  let apiUrl: string;
  before(async function () {
    this.timeout(60_000);
    relay = await sharedRelay();
    apiUrl = String(relay.cloud.outputs["apiUrl"]);
  });

  const signer = () => ({ region: relay.cloud.region, credentials: relay.cloud.operator });

  /** A problem has the status of its answer, a title, a detail and the path that was asked for. */
  const problemOf = async (response: Response): Promise<Problem> => {
    equal(response.headers.get("content-type"), "application/problem+json");
    const problem = (await response.json()) as Problem;
    deepEqual([problem.type, problem.status], ["about:blank", response.status]);
    equal(problem.title.length > 0 && problem.detail.length > 0, true);
    match(problem.instance, /^\/v1/);
    return problem;
  };

  const bodies: [title: string, body: unknown, status: number, detail: RegExp, pointers?: string[]][] = [
    ["an array", [], 400, /array/],
    ["a body without a process", {}, 400, /process/],
    ["a property that no job has", { process: "sleep", priority: 1 }, 400, /priority/],
    [
      "an unknown process, naming the known ones",
      { process: "slep" },
      422,
      /no process "slep".*settlement, sleep/,
      ["/process"],
    ],
    [
      "parameters that the process's schema refuses, with a pointer each",
      { process: "sleep", parameters: { seconds: 0, day: "yesterday" } },
      422,
      /schema of "sleep"/,
      ["/parameters/seconds", "/parameters/day"],
    ],
    [
      "parameters that lack what is required",
      { process: "sleep" },
      422,
      /schema of "sleep"/,
      ["/parameters"],
    ],
    [
      "parameters over 64 KB",
      { process: "unchecked", parameters: { text: "x".repeat(65_536) } },
      413,
      /65547 bytes/,
    ],
  ];
  for (const [title, body, status, detail, pointers] of bodies) {
    it(title, async () => {
      const problem = await problemOf(await relay.call("POST", "/jobs", body as object));
      equal(problem.status, status);
      match(problem.detail, detail);
      deepEqual(problem.errors?.map(({ pointer }) => pointer).sort(), pointers?.sort());
    });
  }

  const texts: [title: string, text: string, contentType: string, detail: RegExp][] = [
    ["a body that is not JSON", "{", "application/json", /./],
    [
      "a body that is not JSON, of a type that the gateway has no model for",
      "process=sleep",
      "text/plain",
      /not JSON/,
    ],
    ["no body", "", "application/json", /./],
  ];
  for (const [title, text, contentType, detail] of texts) {
    it(title, async () => {
      const problem = await problemOf(
        await signedFetch(signer(), "POST", `${apiUrl}/jobs`, { text, contentType }),
      );
      equal(problem.status, 400);
      match(problem.detail, detail);
    });
  }

  it("a request that is not signed", async () => {
    const problem = await problemOf(await fetch(`${apiUrl}/jobs/x`));
    deepEqual([problem.status, problem.detail], [403, "Missing Authentication Token"]);
  });

  it("a request that is signed with another key", async () => {
    const credentials = { ...relay.cloud.operator, secretAccessKey: "wrong" };
    const problem = await problemOf(
      await signedFetch({ region: relay.cloud.region, credentials }, "GET", `${apiUrl}/jobs/x`),
    );
    equal(problem.status, 403);
    match(problem.detail, /signature/i);
  });

  const routes: [method: string, path: string, status: number][] = [
    ["GET", "/nothing", 403],
    ["DELETE", "/jobs", 403],
    ["PUT", "/jobs/x", 403],
    ["GET", "/jobs/01890a5d-ac96-774b-bcce-b302099a8057", 404],
    ["GET", "/jobs/not%20an%20id", 404],
    ["GET", `/jobs/${"x".repeat(3000)}`, 404],
  ];
  for (const [method, path, status] of routes) {
    it(`${method} ${path.slice(0, 50)} with ${status}`, async () => {
      const problem = await problemOf(await relay.call(method, path));
      equal(problem.status, status);
    });
  }
});
