import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { handleInTurn, isUnfinished } from "./lib/batchResponse";
import { copyJobOutputs } from "./lib/egress/copyJobOutputs";
import { deliverJob } from "./lib/egress/deliverJob";
import { jobOfMessage } from "./lib/egress/egressMessage";
import { egressProcess } from "./lib/egress/egressProcess";
import type { EgressServices, EgressSettings } from "./lib/egress/egressSettings";
import { comeBack, retryDelay, triesOf } from "./lib/egress/retry";
import { collectAtOnce } from "./lib/egress/streamingGarbage";
import { uploadClient } from "./lib/egress/uploadClient";
import { readJob } from "./lib/jobsTable";
import { logError, logEvent } from "./lib/logEvent";
import { secretAt } from "./lib/secret";

/** How long before its end an invocation leaves the rest to another, in milliseconds. */
const reserve = 60_000;

/**
 * Brings outputs into the bucket where they last: what a platform has ready, and what the containers of a job left. A
 * message that fails comes back after a while; a job whose output cannot be had fails, with the reason.
 */
export const egressOutputs = (settings: EgressSettings) => {
  collectAtOnce();
  const services: EgressServices = {
    settings,
    table: new DynamoDBClient({}),
    s3: uploadClient(),
    queue: new SQSClient({}),
    token: secretAt(new SecretsManagerClient({}), settings.tokenSecretArn),
  };

  const handle = async (message: SQSRecord, context: Context): Promise<void> => {
    const jobId = jobOfMessage(message.body);
    const job = await readJob(services.table, settings.tableName, jobId);
    if (!job) return logEvent("outputs of a job that is gone are left", { jobId });
    const timeIsUp = () => context.getRemainingTimeInMillis() < reserve;
    if (job.process === egressProcess) await deliverJob(services, job, triesOf(message), timeIsUp);
    else await copyJobOutputs(services, job, timeIsUp);
  };

  const handleOrComeBack = async (message: SQSRecord, context: Context): Promise<void> => {
    try {
      await handle(message, context);
    } catch (error) {
      const delay = isUnfinished(error) ? 0 : retryDelay(triesOf(message), error, Math.random());
      await comeBack(services.queue, settings.queueUrl, message, delay).catch((other: unknown) => {
        // Then it comes back when its visibility timeout ends.
        logError("message comes back late", other, { messageId: message.messageId });
      });
      throw error;
    }
  };
  return async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> =>
    handleInTurn(event, (message) => handleOrComeBack(message, context));
};
