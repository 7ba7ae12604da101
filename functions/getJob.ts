import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { findJob } from "./lib/jobChange";
import { jobView } from "./lib/jobView";
import { outputLinks, type LinkSettings } from "./lib/outputLinks";
import { problemResponse } from "./lib/problem";
import { isProblem } from "./lib/submission";
import type { Visibility } from "./lib/visibility";

export interface GetJobSettings extends LinkSettings {
  readonly tableName: string;
  readonly visibility: Visibility;
}

/** `GET /jobs/{jobId}`: the job as it is now, with links to what it left; 404 if there is none that the caller may see. */
export const getJob = ({ tableName, visibility, ...linkSettings }: GetJobSettings) => {
  const client = new DynamoDBClient({});
  const s3 = new S3Client({});
  return async (event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> => {
    const job = await findJob(client, { tableName, visibility }, event);
    if (isProblem(job)) return problemResponse(job, event.requestContext.path);
    const outputs = await outputLinks(s3, linkSettings, job, new Date());
    return {
      statusCode: 200,
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(jobView(job, event.requestContext.path, outputs)),
    };
  };
};
