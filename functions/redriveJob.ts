import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { changeAccepted, findJob, jobConflict, type JobPlace } from "./lib/jobChange";
import { redriveJob as redrive, type RedriveSettings } from "./lib/redriveJob";
import { isProblem } from "./lib/submission";
import { problemResponse } from "./lib/problem";

/** `POST /jobs/{jobId}/redrive`: runs a job again that FAILED or TIMED_OUT, and says from where. */
export const redriveJob = (settings: RedriveSettings & JobPlace) => {
  const [table, workflows, queues] = [new DynamoDBClient({}), new SFNClient({}), new SQSClient({})];
  const services = { settings, table, workflows, queues };
  return async (event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> => {
    const { path } = event.requestContext;
    const job = await findJob(table, settings, event);
    if (isProblem(job)) return problemResponse(job, path);
    const outcome = await redrive(services, job);
    if (outcome !== "not redrivable") return changeAccepted(event, { status: "RUNNING", outcome });
    return jobConflict(
      event,
      job,
      "Only a job that FAILED or TIMED_OUT, and that a workflow ran, can be redriven.",
    );
  };
};
