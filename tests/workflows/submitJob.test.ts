import { deepEqual, match } from "node:assert/strict";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { submitJob } from "../../functions/submitJob";
import { HandlerBench } from "../helpers/handlerBench";
import { apiEvent } from "../helpers/lambdaEvents";

const processes = {
  settlement: { parameters: { type: "object" }, steps: ["generatePayload", "approval"] },
};
const submission = { process: "settlement", client: "Zoë & Söhne", parameters: { amount: 1, note: "€" } };

describe("A request for a job, at the function", () => {
  let bench: HandlerBench;
  let handler: (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>;
  before(async function () {
    this.timeout(60_000);
    bench = await HandlerBench.open("submissions");
    handler = submitJob({ tableName: bench.tableName, processes, retentionDays: 7 });
  });
  after(() => bench.close());

  const text = JSON.stringify(submission);
  const bodies: [title: string, request: Partial<APIGatewayProxyEvent>][] = [
    ["as text", { body: text }],
    ["in Base64, as API Gateway hands over binary media", { body: toBase64(text), isBase64Encoded: true }],
  ];
  for (const [title, request] of bodies) {
    it(`is accepted ${title}, and recorded whole`, async () => {
      const { answer, log } = await bench.handle(handler, apiEvent(request));
      const { jobId, createdAt } = JSON.parse(answer.body) as { jobId: string; createdAt: string };
      match(jobId, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      const accepted = { jobId, status: "SUBMITTED", process: "settlement", createdAt };
      const self = `/v1/jobs/${jobId}`;
      deepEqual(answer, {
        statusCode: 202,
        headers: { "Content-Type": "application/json", Location: self, "Retry-After": "2" },
        body: JSON.stringify({ ...accepted, links: { self } }),
      });
      deepEqual(await bench.job(jobId), {
        ...submission,
        parameters: JSON.stringify(submission.parameters),
        ...accepted,
        source: "api",
        requestedBy: "arn:aws:iam::000000000000:user/ann",
        updatedAt: createdAt,
        steps: { generatePayload: { status: "PENDING" }, approval: { status: "PENDING" } },
        expiresAt: Math.floor(Date.parse(createdAt) / 1000) + 7 * 86_400,
      });
      const [level, message] = ["INFO", "job submitted"];
      deepEqual(log, [{ level, message, jobId, process: "settlement", status: "SUBMITTED" }]);
    });
  }

  const refused: [title: string, request: Partial<APIGatewayProxyEvent>][] = [
    ["it is in Base64 and does not say so", { body: toBase64(text) }],
    ["it says that it is in Base64 and is not", { body: text, isBase64Encoded: true }],
    ["it has no body", { body: null }],
  ];
  for (const [title, request] of refused) {
    it(`is refused when ${title}`, async () => {
      const { answer, log } = await bench.handle(handler, apiEvent(request));
      const problem = {
        type: "about:blank",
        title: "Bad Request",
        status: 400,
        detail: "The body is not JSON.",
      };
      deepEqual(answer, {
        statusCode: 400,
        headers: { "Content-Type": "application/problem+json" },
        body: JSON.stringify({ ...problem, instance: "/v1/jobs" }),
      });
      deepEqual(log, []);
    });
  }
});

function toBase64(text: string): string {
  return Buffer.from(text).toString("base64");
}
