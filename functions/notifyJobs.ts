import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SNSClient } from "@aws-sdk/client-sns";
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import { entryBatches } from "./lib/entryBatches";
import { isTerminal } from "./lib/job";
import { logJobEnd } from "./lib/logJobEnd";
import { entryBytes, tellEveryone, type Ears } from "./lib/tellEveryone";
import { steadyClient } from "./lib/steadyClient";
import { jobChanges, logFailure, retryFrom, type JobChanged } from "./lib/streamBatch";

export interface NotifyJobsSettings {
  readonly topicArn: string;
  readonly busArn: string;
  /** The stack whose metrics the ends of jobs are; empty for none. */
  readonly metricsStack: string;
}

/** Tells everyone how jobs ended, in their order: the one place that notifies, fed by what the table says. */
export const notifyJobs = ({ topicArn, busArn, metricsStack }: NotifyJobsSettings) => {
  const ears: Ears = {
    topicArn,
    busArn,
    topics: new SNSClient(steadyClient),
    buses: new EventBridgeClient(steadyClient),
    ahead: new Set(),
  };
  return async (event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    const ended = jobChanges(event).filter(hasEnded);
    for (const batch of entryBatches(ended, ({ job }) => entryBytes(ears, job))) {
      const jobs = batch.map(({ job }) => job);
      const refusal = await tellEveryone(ears, jobs);
      for (const job of jobs.slice(0, refusal?.at)) logJobEnd(job, metricsStack);
      const untold = refusal && (batch[refusal.at] ?? batch[0]);
      if (!untold) continue;
      logFailure(untold, refusal.error);
      return retryFrom(untold);
    }
    return retryFrom(undefined);
  };
};

/** Only the change to a terminal status: a job that has ended can still change, by a late answer. */
function hasEnded({ job, before }: JobChanged): boolean {
  return isTerminal(job.status) && !(before && isTerminal(before.status));
}
