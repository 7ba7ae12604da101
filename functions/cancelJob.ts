import { BatchClient } from "@aws-sdk/client-batch";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SFNClient } from "@aws-sdk/client-sfn";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { cancelJob as cancel } from "./lib/cancelJob";
import { changeAccepted, findJob, jobConflict, type JobPlace } from "./lib/jobChange";
import { problemResponse } from "./lib/problem";
import { isProblem } from "./lib/submission";

export type CancelJobSettings = JobPlace;

/** `POST /jobs/{jobId}/cancel`: ends a job that has not ended, with its execution, container and hand-off. */
export const cancelJob = (settings: CancelJobSettings) => {
  const [table, workflows, batch] = [new DynamoDBClient({}), new SFNClient({}), new BatchClient({})];
  const services = { tableName: settings.tableName, table, workflows, batch };
  return async (event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> => {
    const { path, identity } = event.requestContext;
    const job = await findJob(table, settings, event);
    if (isProblem(job)) return problemResponse(job, path);
    const outcome = await cancel(services, job, identity.userArn ?? "unknown");
    if (outcome === "starting") {
      const detail = "The job is just being started. Send the request again in a second.";
      return problemResponse({ status: 503, title: "Service Unavailable", detail }, path);
    }
    if (outcome === "cancelled") return changeAccepted(event, { status: "CANCELLED" });
    return jobConflict(event, outcome, "Only a job that has not ended can be cancelled.");
  };
};
