import { deepEqual } from "node:assert/strict";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { cancelJob } from "../../functions/cancelJob";
import { redriveJob } from "../../functions/redriveJob";
import { HandlerBench } from "../helpers/handlerBench";
import { aJob } from "../helpers/jobs";
import { apiEvent } from "../helpers/lambdaEvents";

type Handler = (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>;

describe("Where callers see only their own jobs,", () => {
  let bench: HandlerBench;
  const handlers: Record<string, Handler> = {};
  before(async function () {
    this.timeout(60_000);
    bench = await HandlerBench.open("jobs-of-others");
    const place = { tableName: bench.tableName, visibility: "own" as const, operatorArns: [] };
    handlers["cancel"] = cancelJob(place);
    handlers["redrive"] = redriveJob({
      ...place,
      stateMachineNames: "{}",
      stateMachineArnPrefix: "arn:aws:states:us-east-1:000000000000:stateMachine:",
      revisions: {},
      containerProcesses: [],
      taggedProcesses: {},
      outputsUrl: "",
      egressQueueUrl: "",
    });
  });
  after(() => bench.close());

  for (const name of ["cancel", "redrive"]) {
    it(`nobody can ${name} another's, or learn that there is one`, async () => {
      const job = aJob({
        jobId: `of-bob-${name}`,
        status: "FAILED",
        requestedBy: "arn:aws:iam::000000000000:user/bob",
      });
      await bench.putJob(job);
      const handler = handlers[name];
      if (!handler) throw new Error(`there is no handler ${name}`);
      const pathParameters = { jobId: job.jobId };
      const { answer } = await bench.handle(handler, apiEvent({ pathParameters }));
      const { detail } = JSON.parse(answer.body) as { detail: string };
      deepEqual([answer.statusCode, detail], [404, `There is no job "${job.jobId}".`]);
      deepEqual(await bench.job(job.jobId), job);
    });
  }
});
