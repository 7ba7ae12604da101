import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { readJob } from "./lib/jobsTable";
import { jobView } from "./lib/jobView";
import { problemResponse } from "./lib/problem";

export interface GetJobSettings {
  readonly tableName: string;
}

/** `GET /jobs/{jobId}`: the job as it is now, or 404. */
export const getJob = ({ tableName }: GetJobSettings) => {
  const client = new DynamoDBClient({});
  return async (event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> => {
    const jobId = event.pathParameters?.["jobId"] ?? "";
    // An id that cannot be one is not worth a read; the table's key is limited to 2,048 bytes besides.
    const job = /^[0-9A-Za-z-]{1,64}$/.test(jobId) ? await readJob(client, tableName, jobId) : undefined;
    if (!job) {
      const detail = `There is no job "${jobId.slice(0, 100)}".`;
      return problemResponse({ status: 404, title: "Not Found", detail }, event.requestContext.path);
    }
    return {
      statusCode: 200,
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(jobView(job, event.requestContext.path)),
    };
  };
};
