import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { readJob } from "./lib/jobsTable";
import { jobView } from "./lib/jobView";
import { outputLinks, type LinkSettings } from "./lib/outputLinks";
import { problemResponse } from "./lib/problem";
import { maySee, type Visibility } from "./lib/visibility";

export interface GetJobSettings extends LinkSettings {
  readonly tableName: string;
  readonly visibility: Visibility;
}

/** `GET /jobs/{jobId}`: the job as it is now, with links to what it left; 404 if there is none that the caller may see. */
export const getJob = ({ tableName, visibility, ...linkSettings }: GetJobSettings) => {
  const client = new DynamoDBClient({});
  const s3 = new S3Client({});
  return async (event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> => {
    const jobId = event.pathParameters?.["jobId"] ?? "";
    // An id that cannot be one is not worth a read; the table's key is limited to 2,048 bytes besides.
    const job = /^[0-9A-Za-z-]{1,64}$/.test(jobId) ? await readJob(client, tableName, jobId) : undefined;
    // Whoever may not see a job is not told either that there is one.
    if (!job || !maySee(visibility, event.requestContext.identity.userArn, job)) {
      const detail = `There is no job "${jobId.slice(0, 100)}".`;
      return problemResponse({ status: 404, title: "Not Found", detail }, event.requestContext.path);
    }
    const outputs = await outputLinks(s3, linkSettings, job, new Date());
    return {
      statusCode: 200,
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(jobView(job, event.requestContext.path, outputs)),
    };
  };
};
