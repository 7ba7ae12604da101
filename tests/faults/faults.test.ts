import { deepEqual, equal } from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { AwsRequest, AwsResponse } from "../../local/services/service";
import { breaking, membersOf, pretended, withBody } from "./breaks";
import type { PartnerHabit, PlannedJob } from "./plan";
import { openSession, type RunOptions, type RunResult, type Session } from "./run";

function jobs(process: string, partner: PartnerHabit, count = 2): PlannedJob[] {
  return Array.from({ length: count }, (_, index) => ({
    ...{ index, process, partner, token: `t${index}-${randomUUID()}` },
    ...{ route: "api" as const, redriven: false, thinks: 0 },
  }));
}

/** The invariants that do not hold. */
const violated = ({ verdicts }: RunResult) =>
  verdicts.filter(({ findings }) => findings.length > 0).map(({ invariant }) => invariant.name);

const textOf = (request: AwsRequest) => request.body.toString();

describe("The suite that tries to lose something", function () {
  this.timeout(120_000);
  let session: Session;
  before(async () => {
    session = await openSession({ seed: 7, rate: 0 });
  });
  after(() => session.stop());

  /** A run in which nothing goes wrong but what is broken on purpose. */
  const runBroken = (plan: readonly PlannedJob[], broken: NonNullable<RunOptions["broken"]>) =>
    session.run(plan, { broken, silence: 5_000 });

  it("finds nothing where nothing is broken", async () => {
    const plan = [...jobs("approval", "twice differently"), ...jobs("inline", "never")];
    const result = await session.run(plan);
    deepEqual([violated(result), result.failures], [[], []]);
    equal(result.evidence.accepted.length, 4);
  });

  it("has a job reconciled whose end its workflow never records", async () => {
    const result = await runBroken(jobs("inline", "never"), withoutEnds(/:result\b/));
    const statuses = [...result.evidence.records.values()].map(({ status }) => status);
    deepEqual([violated(result), new Set(statuses)], [[], new Set(["SUCCEEDED"])]);
  });

  it("notices a job whose end is never recorded, by whomever", async () => {
    const result = await runBroken(jobs("inline", "never"), withoutEnds(/:result\b|:said\b/));
    deepEqual(violated(result), ["lost"]);
  });

  it("notices an end that nobody is told of", async () => {
    const silent = breaking("sns", /^PublishBatch$/, async () => published);
    deepEqual(violated(await runBroken(jobs("inline", "never"), silent)), ["untold"]);
  });

  it("notices that an end is told with another content", async () => {
    const twice = breaking("sns", /^PublishBatch$/, async (request, carryOut) => {
      const form = new URLSearchParams(textOf(request));
      for (const [name, value] of [...form])
        form.set(name, value.replace('"process":"inline"', '"process":"outline"'));
      await carryOut(withBody(request, form.toString()));
      return carryOut(request);
    });
    deepEqual(violated(await runBroken(jobs("inline", "never"), twice)), ["doubled"]);
  });

  it("notices a write without its condition, which comes late", async () => {
    const starts = new Map<string, AwsRequest>();
    const late = breaking("dynamodb", /^UpdateItem$/, async (request, carryOut) => {
      const members = membersOf(request);
      const key = JSON.stringify(members["Key"]);
      if (String(members["UpdateExpression"]).includes("executionArn")) {
        const always = "#status <> :submitted OR #status = :submitted OR #status = :running";
        starts.set(key, withBody(request, { ...members, ConditionExpression: always }));
      }
      const answer = await carryOut(request);
      const start = starts.get(key);
      if (start && textOf(request).includes(":result")) await carryOut(start);
      return answer;
    });
    deepEqual(violated(await runBroken(jobs("inline", "never"), late)), ["backwards"]);
  });

  it("notices an answer that is not the one that was dropped first", async () => {
    const blind = breaking("s3", /^GET.*\bversions\b/, (request, carryOut) => onlyNewest(request, carryOut));
    deepEqual(violated(await runBroken(jobs("approval", "twice differently"), blind)), ["resumed wrongly"]);
  });

  it("notices a result that belongs to another job", async () => {
    const swapped = breaking("states", /^SendTaskSuccess$/, (request, carryOut) => {
      const { output, ...rest } = membersOf(request);
      return carryOut(withBody(request, { ...rest, output: String(output).replace(/"t\d-/, '"t9-') }));
    });
    deepEqual(violated(await runBroken(jobs("approval", "prompt"), swapped)), ["mixed up"]);
  });
});

/** The table forgets that jobs succeeded, if that is written in such a way. */
function withoutEnds(written: RegExp): NonNullable<RunOptions["broken"]> {
  return breaking("dynamodb", /^UpdateItem$/, async (request, carryOut) => {
    const isEnd = textOf(request).includes('"S":"SUCCEEDED"') && written.test(textOf(request));
    return isEnd ? pretended({}) : carryOut(request);
  });
}

const published: AwsResponse = {
  status: 200,
  headers: { "content-type": "text/xml" },
  body:
    '<PublishBatchResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishBatchResult><Successful/><Failed/>' +
    "</PublishBatchResult><ResponseMetadata><RequestId>none</RequestId></ResponseMetadata></PublishBatchResponse>",
};

/** As if S3 had forgotten what was overwritten. */
async function onlyNewest(
  request: AwsRequest,
  carryOut: (request: AwsRequest) => Promise<AwsResponse>,
): Promise<AwsResponse> {
  const answer = await carryOut(request);
  const body = answer.body.toString();
  const older = /<Version>(?:(?!<\/Version>).)*<IsLatest>false<\/IsLatest>(?:(?!<\/Version>).)*<\/Version>/gs;
  const headers = Object.entries(answer.headers).filter(([name]) => name.toLowerCase() !== "content-length");
  return { ...answer, headers: Object.fromEntries(headers), body: body.replace(older, "") };
}
