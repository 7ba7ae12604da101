import { deepEqual, notEqual } from "node:assert/strict";
import type { APIGatewayProxyEvent } from "aws-lambda";
import { openCursor, sealCursor } from "../../functions/lib/cursor";
import type { JobSummary } from "../../functions/lib/jobIndex";
import { mostLookedAt, takePage } from "../../functions/lib/jobPage";
import { cursorScope, parseListRequest } from "../../functions/lib/listRequest";
import { maySee, seesAll, type Visibility } from "../../functions/lib/visibility";
import { aJob } from "../helpers/jobs";
import { apiEvent } from "../helpers/lambdaEvents";

const secret = "AROAEXAMPLE";
const position = { createdAt: "2026-01-01T00:00:00.000Z", jobId: "j1" };

describe("A cursor", () => {
  const scope = cursorScope({ process: "settlement" });
  const cursor = sealCursor(secret, scope, position);

  it("is opened by who sealed it, for the query that it belongs to", () =>
    deepEqual(openCursor(secret, scope, cursor), position));

  it("shows nothing of what is in it, and is another one each time", () => {
    const shown = Buffer.from(cursor, "base64url").toString("latin1");
    deepEqual([shown.includes("j1"), shown.includes("2026")], [false, false]);
    notEqual(sealCursor(secret, scope, position), cursor);
  });

  it("is refused with any character changed, put in or left out", () => {
    const altered = [...cursor].flatMap((character, at) => {
      const [before, behind] = [cursor.slice(0, at), cursor.slice(at + 1)];
      const other = character === "A" ? "B" : "A";
      return [before + other + behind, before + behind, `${before}${character}A${behind}`];
    });
    deepEqual(
      altered.filter((text) => openCursor(secret, scope, text)),
      [],
    );
  });

  const refused: [title: string, secret: string, scope: string, cursor: string][] = [
    ["of another query", secret, cursorScope({ process: "sleep" }), cursor],
    ["of the list of everything", secret, cursorScope({}), cursor],
    ["whose filter has moved to another parameter", secret, cursorScope({ client: "settlement" }), cursor],
    ["of another stack", "AROAOTHER", scope, cursor],
    ["that is empty", secret, scope, ""],
    ["that is no Base64", secret, scope, "€"],
    ["with padding", secret, scope, `${cursor}=`],
    ["with space around it", secret, scope, ` ${cursor}`],
    ["that is too short to be one", secret, scope, "AAAA"],
  ];
  for (const [title, key, query, text] of refused) {
    it(`is refused ${title}`, () => deepEqual(openCursor(key, query, text), undefined));
  }
});

type Query = Record<string, string>;
const eventOf = (query: Query | null, repeated?: Record<string, string[]>): APIGatewayProxyEvent =>
  apiEvent({ queryStringParameters: query, multiValueQueryStringParameters: repeated ?? null });

describe("The query of a list of jobs", () => {
  const scope = cursorScope({ status: "FAILED" });
  const taken: [title: string, query: Query | null, expected: object][] = [
    ["is empty", null, { filter: {}, limit: 20 }],
    [
      "has every filter",
      { process: "settlement", status: "TIMED_OUT", client: "Zoë & Söhne", limit: "100" },
      { filter: { process: "settlement", status: "TIMED_OUT", client: "Zoë & Söhne" }, limit: 100 },
    ],
    ["asks for one job", { limit: "1" }, { filter: {}, limit: 1 }],
    [
      "goes on with another limit",
      { status: "FAILED", limit: "3", cursor: sealCursor(secret, scope, position) },
      { filter: { status: "FAILED" }, limit: 3, after: position },
    ],
    ["carries a signature", { "X-Amz-Signature": "0a", "x-amz-date": "20260101" }, { filter: {}, limit: 20 }],
  ];
  for (const [title, query, expected] of taken) {
    it(`is taken when it ${title}`, () => deepEqual(parseListRequest(eventOf(query), secret), expected));
  }

  const limit = "must be a whole number from 1 to 100";
  const text = "must be text of 1 to 256 characters";
  const status = "must be one of SUBMITTED, RUNNING, WAITING, SUCCEEDED, FAILED, TIMED_OUT, CANCELLED";
  const unknown = "is none of process, status, client, limit, cursor";
  const cursor =
    "is not one that this query was answered with; without it, the list begins with the newest job";
  const refused: [query: Query, pointer: string, detail: string][] = [
    [{ status: "DONE" }, "/status", status],
    [{ status: "failed" }, "/status", status],
    [{ status: "" }, "/status", status],
    [{ status: "toString" }, "/status", status],
    [{ process: "" }, "/process", text],
    [{ process: "p".repeat(257) }, "/process", text],
    [{ client: "" }, "/client", text],
    ...["0", "101", "-1", "1.5", "1e1", "010", "", " 5", "many"].map((value): [Query, string, string] => [
      { limit: value },
      "/limit",
      limit,
    ]),
    [{ stauts: "FAILED" }, "/stauts", unknown],
    [{ "a/b~c": "" }, "/a~1b~0c", unknown],
    [{ cursor: "" }, "/cursor", cursor],
    [{ cursor: sealCursor(secret, scope, position) }, "/cursor", cursor],
  ];
  for (const [query, pointer, detail] of refused) {
    it(`is refused with ${JSON.stringify(query).slice(0, 40)}`, () =>
      deepEqual(parseListRequest(eventOf(query), secret), {
        ...{ status: 400, title: "Bad Request", detail: "The query cannot be answered." },
        errors: [{ pointer, detail }],
      }));
  }

  it("is refused with everything that is wrong", () =>
    deepEqual(
      parseListRequest(
        eventOf({ status: "x", limit: "0", cursor: "x" }, { status: ["FAILED", "x"], limit: ["0"] }),
        secret,
      ),
      {
        ...{ status: 400, title: "Bad Request", detail: "The query cannot be answered." },
        errors: [
          { pointer: "/status", detail: "is given more than once" },
          { pointer: "/status", detail: status },
          { pointer: "/limit", detail: limit },
        ],
      },
    ));
});

describe("A page of a list", () => {
  const summary = (jobId: string): JobSummary => aJob({ jobId });
  async function* listOf(...ids: string[]): AsyncGenerator<JobSummary, void> {
    for (const jobId of ids) yield summary(jobId);
    await Promise.resolve();
  }
  const cases: [
    title: string,
    ids: string[],
    limit: number,
    wanted: string,
    jobs: string[],
    next?: string,
  ][] = [
    ["is empty where there are no jobs", [], 2, "abc", []],
    ["has no next one when it has all", ["c", "b"], 2, "abc", ["c", "b"]],
    ["goes on behind the last job when there is one more", ["c", "b", "a"], 2, "abc", ["c", "b"], "b"],
    ["has no next one when nothing that follows fits", ["c", "b", "a"], 2, "bc", ["c", "b"]],
    ["goes on behind what does not fit, too", ["d", "c", "b", "a"], 1, "da", ["d"], "b"],
    ["has a job once that comes twice", ["c", "c", "b"], 2, "abc", ["c", "b"]],
  ];
  for (const [title, ids, limit, wanted, jobs, next] of cases) {
    it(title, async () => {
      const page = await takePage(listOf(...ids), limit, ({ jobId }) => wanted.includes(jobId));
      const expected = { jobs: jobs.map(summary), ...(next === undefined ? {} : { next: summary(next) }) };
      deepEqual(page, expected);
    });
  }

  const idsOf = (count: number) => Array.from({ length: count }, (_, at) => `j${at}`);
  it("is given up with a place to go on when nothing fits for long", async () => {
    const page = await takePage(listOf(...idsOf(mostLookedAt + 1)), 1, () => false);
    deepEqual(page, { jobs: [], next: summary(`j${mostLookedAt - 1}`) });
  });
  it("is the last one when the list ends just where it would be given up", async () => {
    deepEqual(await takePage(listOf(...idsOf(mostLookedAt)), 1, () => false), { jobs: [] });
  });
});

describe("Who may see a job", () => {
  const session = (role: string, name: string, account = "000000000000") =>
    `arn:aws:sts::${account}:assumed-role/${role}/${name}`;
  const ann = "arn:aws:iam::000000000000:user/ann";
  const cases: [
    title: string,
    visibility: Visibility,
    caller: string | null,
    requestedBy: string,
    sees: boolean,
  ][] = [
    ["anybody, where all see all", "all", ann, session("callers", "s"), true],
    ["its user", "own", ann, ann, true],
    ["no other user", "own", ann, "arn:aws:iam::000000000000:user/anna", false],
    ["no user in a folder that is called like another", "own", `${ann}/x`, `${ann}/y`, false],
    ["its session", "own", session("callers", "a"), session("callers", "a"), true],
    ["another session of its role", "own", session("callers", "a"), session("callers", "b"), true],
    ["no session of another role", "own", session("others", "a"), session("callers", "a"), false],
    ["no role whose name begins alike", "own", session("call", "a"), session("callers", "a"), false],
    [
      "no role of that name elsewhere",
      "own",
      session("callers", "a", "111111111111"),
      session("callers", "a"),
      false,
    ],
    ["nobody without a name", "own", null, "unknown", false],
  ];
  for (const [title, visibility, caller, requestedBy, sees] of cases) {
    it(title, () =>
      deepEqual(maySee({ visibility, operatorArns: [] }, caller, { source: "api", requestedBy }), sees),
    );
  }
  const roleArn = (path: string) => `arn:aws:iam::000000000000:role/${path}`;
  const operators: [title: string, operatorArn: string, caller: string | null, sees: boolean][] = [
    ["a session of the operators' role", roleArn("ops"), session("ops", "a"), true],
    ["its session, whatever the path of the role", roleArn("team/a/ops"), session("ops", "a"), true],
    ["no session of another role", roleArn("ops"), session("oops", "a"), false],
    ["no session that is named like the role", roleArn("ops"), session("callers", "ops"), false],
    ["no role that is called like the path", roleArn("ops/admins"), session("ops", "admins"), false],
    ["no role of that name elsewhere", roleArn("ops"), session("ops", "a", "111111111111"), false],
    ["a user", ann, ann, true],
    ["no user that is called like the role", roleArn("ann"), ann, false],
    ["no role that is called like the user", ann, session("ann", "a"), false],
    ["nobody without a name", roleArn("ops"), null, false],
  ];
  for (const [title, operatorArn, caller, sees] of operators) {
    it(`as an operator: ${title}`, () => {
      const sight = { visibility: "own" as const, operatorArns: [roleArn("other"), operatorArn] };
      const seen = maySee(sight, caller, {
        source: "api",
        requestedBy: "arn:aws:iam::000000000000:user/bob",
      });
      deepEqual([seen, seesAll(sight, caller)], [sees, sees]);
    });
  }
  for (const source of ["alarm", "batch", "webhook"] as const) {
    it(`every caller, when the source is ${source}`, () =>
      deepEqual(
        maySee({ visibility: "own", operatorArns: [] }, ann, { source, requestedBy: "somebody else" }),
        true,
      ));
  }
});
