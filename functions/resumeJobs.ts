import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import type { S3Event, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { answerHandoff } from "./lib/answerHandoff";
import { handleMessages } from "./lib/batchResponse";
import { parseInboundKey } from "./lib/handoff";
import { logEvent } from "./lib/logEvent";
import type { AnswerContext } from "./lib/readCallback";
import { steadyClient } from "./lib/steadyClient";
import { takeTurns, type Turns } from "./lib/turns";

export interface ResumeJobsSettings {
  readonly tableName: string;
  readonly bucketName: string;
}

/** Resumes workflows when files are dropped under `inbound/`: S3 events, by way of the callback queue. */
export const resumeJobs = (settings: ResumeJobsSettings) => {
  const context: AnswerContext = {
    ...settings,
    table: new DynamoDBClient(steadyClient),
    objects: new S3Client(steadyClient),
    workflows: new SFNClient(steadyClient),
  };
  const handle = async (message: SQSRecord, turns: Turns): Promise<void> => {
    // S3 sends a test event without records when the notification is set up.
    const { Records = [] } = JSON.parse(message.body) as Partial<S3Event>;
    for (const record of Records) {
      const inbound = parseInboundKey(record.s3.object.key);
      if (inbound) await turns(inbound.jobId, () => answerHandoff(context, inbound, record.eventTime));
      else logEvent("file ignored", { key: record.s3.object.key });
    }
  };
  return async (event: SQSEvent): Promise<SQSBatchResponse> => {
    // Two files of one job at the same time would only be in each other's way.
    const turns = takeTurns();
    return handleMessages(event, (message) => handle(message, turns));
  };
};
