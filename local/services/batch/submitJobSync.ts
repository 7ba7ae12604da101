import type { Account } from "../../account";
import { allowAll, type Authorize } from "../../endpoint/authorize";
import { principalName } from "../../iam/principal";
import type { Log } from "../../log";
import type { JsonObject } from "../jsonProtocol";
import { AwsError, type AwsResponse, type RequiredPermission } from "../service";
import type { Integration, IntegrationCall, Integrations } from "../stepFunctions/integrations/integration";
import {
  namedAsTheirCode,
  serviceFailure,
  type ServiceErrors,
} from "../stepFunctions/integrations/serviceCall";
import { taskFailure } from "../stepFunctions/language/statesError";
import type { Batch } from "./index";
import { halted } from "../stepFunctions/waiting";
import { toApi, toStates } from "./statesNames";

export interface SubmitJobSyncOptions {
  readonly account: Account;
  readonly batch: Pick<Batch, "onEnd">;
  readonly log: Log;
  /** Asked for the permissions on the managed rule. @default everything is allowed */
  readonly authorize?: Authorize;
}

const errors: ServiceErrors = {
  prefix: "Batch",
  service: "AWSBatch",
  otherwise: "AWSBatchException",
  exceptions: namedAsTheirCode(["ClientException", "ServerException"]),
};

/** By it EventBridge tells Step Functions which jobs are its own. */
const managed = { name: "MANAGED_BY_AWS", value: "STARTED_BY_STEP_FUNCTIONS" };

/**
 * What the role of a state machine with `batch:submitJob.sync` needs beside permissions on Batch itself; AWS refuses to
 * create a state machine whose role lacks it.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/connect-batch.html
 */
export function managedRulePermissions(account: Account): readonly RequiredPermission[] {
  const { partition, region, accountId } = account;
  const resource = `arn:${partition}:events:${region}:${accountId}:rule/StepFunctionsGetEventsForBatchJobsRule`;
  return ["events:PutTargets", "events:PutRule", "events:DescribeRule"].map((action) => ({
    action,
    resource,
  }));
}

/**
 * Submits a job and waits for its end, told by Batch rather than asking; the job is terminated when the task ends before.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/connect-batch.html
 */
export function submitJobSync(options: SubmitJobSyncOptions): Integrations {
  return {
    "batch:submitJob": async (call) => toStates(await submit(call)),
    "batch:submitJob.sync": (call) => runJob(call, options),
  };
}

async function runJob(call: IntegrationCall, options: SubmitJobSyncOptions): ReturnType<Integration> {
  const { batch, log } = options;
  const jobId = await submittedJob(call, options);
  if (!(await ended(batch, jobId, call.signal))) {
    if (call.signal.reason !== halted) await terminate(call, jobId, log);
    return undefined;
  }
  const { jobs } = await request(call, "describejobs", { jobs: [jobId] });
  const [job] = jobs as readonly JsonObject[];
  if (!job) throw new Error(`the job ${jobId} has gone before its task ended`);
  const output = toStates({ ...job, tags: { resourceArn: job["jobArn"], ...(job["tags"] as JsonObject) } });
  if (job["status"] !== "SUCCEEDED") throw taskFailure("States.TaskFailed", JSON.stringify(output));
  return output;
}

/** Submits the job, unless that was done before the local cloud was stopped. */
async function submittedJob(call: IntegrationCall, options: SubmitJobSyncOptions): Promise<string> {
  if (call.earlier !== undefined) return String((toApi(call.earlier) as JsonObject)["jobId"]);
  await demandManagedRule(call, options);
  const submitted = await submit(call);
  call.submitted(toStates(submitted));
  return String(submitted["jobId"]);
}

/** On AWS it is the creation of the state machine that fails, in these words. */
async function demandManagedRule(
  { principal }: IntegrationCall,
  { account, authorize = allowAll }: SubmitJobSyncOptions,
): Promise<void> {
  const rule = { principal, method: "POST", path: "/", query: "", headers: {}, body: Buffer.alloc(0) };
  try {
    await authorize(rule, "events", managedRulePermissions(account));
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const role = principal.kind === "role" ? principal.roleArn : principalName(principal);
    const message = `'${role}' is not authorized to create managed-rule.`;
    throw serviceFailure(errors, new AwsError("AccessDeniedException", message, 403));
  }
}

function submit(call: IntegrationCall): Promise<JsonObject> {
  const input = toApi(call.parameters) as JsonObject;
  const overrides = (input["containerOverrides"] ?? {}) as JsonObject;
  const environment = [...((overrides["environment"] ?? []) as readonly JsonObject[]), managed];
  return request(call, "submitjob", { ...input, containerOverrides: { ...overrides, environment } });
}

/** Whether the job ended, rather than its task. */
async function ended(batch: Pick<Batch, "onEnd">, jobId: string, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false;
  return new Promise<boolean>((resolve) => {
    const abandon = () => {
      forget();
      resolve(false);
    };
    signal.addEventListener("abort", abandon, { once: true });
    const forget = batch.onEnd(jobId, () => {
      signal.removeEventListener("abort", abandon);
      resolve(true);
    });
  });
}

/** The task has ended already, so that only the log can say that its job could not be terminated. */
async function terminate(call: IntegrationCall, jobId: string, log: Log): Promise<void> {
  try {
    await request(call, "terminatejob", {
      jobId,
      reason: "The Step Functions task that submitted the job ended",
    });
  } catch (error) {
    log(`batch: the job ${jobId} of a task that ended runs on: ${String(error)}`);
  }
}

/** @throws StatesError under the name that Step Functions gives the error of Batch */
async function request(
  { dispatch, principal }: IntegrationCall,
  operation: string,
  input: JsonObject,
): Promise<JsonObject> {
  const response = await dispatch("batch", {
    principal,
    method: "POST",
    path: `/v1/${operation}`,
    query: "",
    headers: { "content-type": "application/json" },
    body: Buffer.from(JSON.stringify(input)),
  });
  const output = JSON.parse(response.body.toString() || "{}") as JsonObject;
  if (response.status < 300) return output;
  throw serviceFailure(errors, errorOf(response, output), response.headers["x-amzn-requestid"]);
}

function errorOf({ status, headers }: AwsResponse, output: JsonObject): AwsError {
  const code = headers["x-amzn-errortype"] ?? "InternalFailure";
  const message = output["message"] ?? output["Message"];
  return new AwsError(code, typeof message === "string" ? message : code, status);
}
