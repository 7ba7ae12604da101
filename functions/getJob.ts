import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { answerLinks, type AnswerLinkSettings } from "./lib/answerLinks";
import { findJob, type JobPlace } from "./lib/jobChange";
import { viewOf } from "./lib/jobRequest";
import { jobView } from "./lib/jobView";
import { outputLinks, type LinkSettings } from "./lib/outputLinks";
import { problemResponse } from "./lib/problem";
import { isProblem } from "./lib/submission";
import { timelineOf, type StepKinds } from "./lib/timeline/timeline";

export interface GetJobSettings extends LinkSettings, AnswerLinkSettings, JobPlace {
  /** Of the processes that there are now. */
  readonly stepKinds: StepKinds;
}

/**
 * `GET /jobs/{jobId}`: the job as it is now, with links to what it left; 404 if there is none that the caller may see.
 * With `view=full` also the timeline of its steps.
 */
export const getJob = (settings: GetJobSettings) => {
  const [table, objects, workflows] = [new DynamoDBClient({}), new S3Client({}), new SFNClient({})];
  return async (event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> => {
    const { path } = event.requestContext;
    const request = viewOf(event);
    if (isProblem(request)) return problemResponse(request, path);
    const job = await findJob(table, settings, event);
    if (isProblem(job)) return problemResponse(job, path);
    const now = new Date();
    const [outputs, answers] = await Promise.all([
      outputLinks(objects, settings, job, now),
      answerLinks(objects, settings, job, now),
    ]);
    const timeline =
      request.view === "full" ? await timelineOf(workflows, settings.stepKinds, job) : undefined;
    if (timeline && isProblem(timeline)) return problemResponse(timeline, path);
    return {
      statusCode: 200,
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(jobView(job, path, { outputs, answers, timeline })),
    };
  };
};
