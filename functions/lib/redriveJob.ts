import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  RedriveExecutionCommand,
  type SFNClient,
} from "@aws-sdk/client-sfn";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { egressProcess } from "./egress/egressProcess";
import { sendEgress } from "./egress/sendEgress";
import type { JobRecord } from "./job";
import { logEvent } from "./logEvent";
import { closeAgain, openAgain, type FailedJob, type Opening } from "./openAgain";
import { executionOf, startExecution, type WorkflowSettings } from "./startExecution";

/** What came of redriving a job. */
export type RedriveOutcome = "redriven" | "started anew" | "not redrivable";

export interface RedriveSettings extends WorkflowSettings {
  readonly tableName: string;
  /** Where the jobs of webhooks go; empty without a platform. */
  readonly egressQueueUrl: string;
}

export interface RedriveServices {
  readonly settings: RedriveSettings;
  readonly table: DynamoDBClient;
  readonly workflows: SFNClient;
  readonly queues: SQSClient;
}

/**
 * Runs a job again that FAILED or TIMED_OUT: from the step that failed, with the answers of those before it; or from its
 * beginning, when Step Functions cannot go on with its execution any more, or the workflow is another by now. Of two
 * that ask at once for the same end, one finds it not redrivable.
 */
export async function redriveJob(services: RedriveServices, job: JobRecord): Promise<RedriveOutcome> {
  if (!hasFailed(job)) return "not redrivable";
  if (job.process === egressProcess) return redriveEgress(services, job);
  // What was submitted straight to the queue has no execution.
  if (job.source === "batch") return "not redrivable";
  const count = await redrivesSoFar(services, job);
  return count === undefined ? startAnew(services, job) : redriveExecution(services, job, count + 1);
}

function hasFailed(job: JobRecord): job is FailedJob {
  return job.status === "FAILED" || job.status === "TIMED_OUT";
}

/** How often the execution was redriven; nothing when it cannot be. */
async function redrivesSoFar(
  { settings, workflows }: RedriveServices,
  { executionArn, process, revision }: JobRecord,
): Promise<number | undefined> {
  if (executionArn === undefined || revision !== settings.revisions[process]) return undefined;
  try {
    const { redriveStatus, redriveCount = 0 } = await workflows.send(
      new DescribeExecutionCommand({ executionArn }),
    );
    return redriveStatus === "REDRIVABLE" ? redriveCount : undefined;
  } catch (error) {
    // Step Functions forgets executions ninety days after their end.
    if (error instanceof ExecutionDoesNotExist) return undefined;
    throw error;
  }
}

function redriveExecution(services: RedriveServices, job: FailedJob, count: number): Promise<RedriveOutcome> {
  const failed = job.error?.step;
  const opening = { redriveCount: count, steps: failed === undefined ? [] : [failed], forgets: [] };
  return reopened(services, job, opening, async () => {
    await services.workflows.send(new RedriveExecutionCommand({ executionArn: job.executionArn }));
    return "redriven";
  });
}

async function startAnew(services: RedriveServices, job: FailedJob): Promise<RedriveOutcome> {
  const { settings, workflows } = services;
  const execution = executionOf(settings, job.process, nextName(job));
  if (!execution) return "not redrivable";
  const opening = {
    redriveCount: 0,
    execution: { arn: execution.arn, revision: settings.revisions[job.process] ?? "" },
    steps: Object.keys(job.steps),
    forgets: ["handoff"],
  };
  return reopened(services, job, opening, async () => {
    await startExecution(workflows, settings, execution, job);
    return "started anew";
  });
}

/** `<jobId>-r1`, `-r2` …: a name can be used once in ninety days. */
function nextName({ jobId, executionArn = "" }: JobRecord): string {
  const [, count = "0"] = /-r(\d+)$/.exec(executionArn) ?? [];
  return `${jobId}-r${Number(count) + 1}`;
}

function redriveEgress(services: RedriveServices, job: FailedJob): Promise<RedriveOutcome> {
  const { egressQueueUrl } = services.settings;
  if (egressQueueUrl === "") return Promise.resolve("not redrivable");
  const opening = { redriveCount: (job.redriveCount ?? 0) + 1, steps: [egressProcess], forgets: [] };
  return reopened(services, job, opening, async () => {
    await sendEgress(services.queues, egressQueueUrl, job.jobId);
    return "redriven";
  });
}

/** Opens the job, then lets it run; what does not run is closed again as it was. */
async function reopened(
  { table, settings }: RedriveServices,
  job: FailedJob,
  opening: Opening,
  goOn: () => Promise<RedriveOutcome>,
): Promise<RedriveOutcome> {
  const { jobId, process } = job;
  const openedAt = await openAgain(table, settings.tableName, job, opening);
  if (openedAt === undefined) return "not redrivable";
  try {
    const outcome = await goOn();
    logEvent("job runs again", { jobId, process, status: "RUNNING", outcome });
    return outcome;
  } catch (error) {
    await closeAgain(table, settings.tableName, job, openedAt);
    throw error;
  }
}
