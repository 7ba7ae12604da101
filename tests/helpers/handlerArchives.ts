import * as pulumi from "@pulumi/pulumi";
import { inlineHandler, type InlineHandler } from "../../components/inlineHandler";
import { functionArchive } from "../../components/packaging/functionArchive";
import { applyTags } from "../../functions/applyTags";
import { buildTags } from "../../functions/buildTags";
import { dispatchHandoffs } from "../../functions/dispatchHandoffs";
import { cancelJob } from "../../functions/cancelJob";
import { egressOutputs } from "../../functions/egressOutputs";
import { getJob } from "../../functions/getJob";
import { listJobs } from "../../functions/listJobs";
import { notifyJobs } from "../../functions/notifyJobs";
import { receiveWebhook } from "../../functions/receiveWebhook";
import { recordBatchJobs } from "../../functions/recordBatchJobs";
import { recordExecutions } from "../../functions/recordExecutions";
import { reconcileJobs } from "../../functions/reconcileJobs";
import { redriveJob } from "../../functions/redriveJob";
import { replayJobs } from "../../functions/replayJobs";
import { resumeJobs } from "../../functions/resumeJobs";
import { startAlarmJobs } from "../../functions/startAlarmJobs";
import { startJobs } from "../../functions/startJobs";
import { steps } from "../../functions/steps";
import { submitBatchJob } from "../../functions/submitBatchJob";
import { submitJob } from "../../functions/submitJob";

import { alarmEvent } from "./alarmEvents";

const tableName = pulumi.output("jobs");
const bucketName = pulumi.output("files");
const processes = { settlement: { parameters: { type: "object" }, steps: ["approval"] } };

const tagGroupsTable = pulumi.output("tag-groups");

const workflowSettings = {
  tableName,
  stateMachineNames: pulumi.output("{}"),
  stateMachineArnPrefix: pulumi.output("arn:aws:states:eu-west-1:000000000000:stateMachine:"),
  revisions: { apost: "0123456789ab" },
  containerProcesses: ["apost"],
  outputsUrl: pulumi.output("s3://outputs/outputs"),
  taggedProcesses: { apost: { key: "TagGroup", value: "cost-wan" } },
  egressQueueUrl: "",
};

/** Every handler of `functions/` with settings as the components give them: what AWS decides is an output. */
export const inlineHandlers: Readonly<Record<string, InlineHandler>> = {
  submitJob: inlineHandler(submitJob, { tableName, processes, retentionDays: 7 }),
  submitBatchJob: inlineHandler(submitBatchJob, {
    ...{ tableName, processes, retentionDays: 7, queueAliases: [] },
    queueArn: pulumi.output("arn:aws:batch:eu-west-1:000000000000:job-queue/queue"),
  }),
  getJob: inlineHandler(getJob, {
    ...{
      tableName,
      visibility: "own",
      operatorArns: [],
      linkSeconds: 900,
      stepKinds: { settlement: { approval: "handoff" } },
    },
    egressBucket: pulumi.output("egress"),
    outputsBucket: "",
    handoffBucket: bucketName,
  }),
  listJobs: inlineHandler(listJobs, {
    ...{ tableName, visibility: "own", operatorArns: [] },
    cursorSecret: pulumi.output("AROAEXAMPLE"),
  }),
  receiveWebhook: inlineHandler(receiveWebhook, {
    ...{ tableName, retentionDays: 7, platformName: "voxel51", authentication: "signature" },
    secretArn: pulumi.output("arn:aws:secretsmanager:eu-west-1:000000000000:secret:webhook"),
  }),
  egressOutputs: inlineHandler(egressOutputs, {
    ...{ tableName, bucketName },
    queueUrl: pulumi.output("http://127.0.0.1:1/000000000000/egress"),
    outputsBucket: "",
    platform: { name: "voxel51", url: "https://api.example.com", redirectHosts: [] },
    tokenSecretArn: pulumi.output("arn:aws:secretsmanager:eu-west-1:000000000000:secret:token"),
  }),
  startJobs: inlineHandler(startJobs, { ...workflowSettings, tagGroupsTable }),
  cancelJob: inlineHandler(cancelJob, { tableName, visibility: "all", operatorArns: [] }),
  redriveJob: inlineHandler(redriveJob, { ...workflowSettings, visibility: "all", operatorArns: [] }),
  reconcileJobs: inlineHandler(reconcileJobs, { ...workflowSettings, tagGroupsTable, logGroupName: "" }),
  dispatchHandoffs: inlineHandler(dispatchHandoffs, { tableName, bucketName }),
  resumeJobs: inlineHandler(resumeJobs, { tableName, bucketName }),
  recordExecutions: inlineHandler(recordExecutions, { tableName }),
  startAlarmJobs: inlineHandler(startAlarmJobs, { tableName, processes, triggers: {}, retentionDays: 7 }),
  recordBatchJobs: inlineHandler(recordBatchJobs, {
    tableName,
    logGroupName: pulumi.output("log"),
    definitions: pulumi.output("{}"),
    retentionDays: 7,
  }),
  notifyJobs: inlineHandler(notifyJobs, {
    topicArn: pulumi.output("arn:aws:sns:eu-west-1:000000000000:t"),
    busArn: pulumi.output("arn:aws:events:eu-west-1:000000000000:event-bus/b"),
    metricsStack: pulumi.output("dev"),
  }),
  replayJobs: inlineHandler(replayJobs, workflowSettings),
  buildTags: inlineHandler(buildTags, {
    ...{ tableName, services: ["sqs"], ratePerSecond: 5 },
    queueUrl: pulumi.output("http://127.0.0.1:1/000000000000/tag-chunks"),
  }),
  applyTags: inlineHandler(applyTags, {
    ratePerSecond: 2.5,
    deadLetterUrl: pulumi.output("http://127.0.0.1:1/000000000000/tag-chunks-dead"),
  }),
  ...Object.fromEntries(
    Object.entries(steps).map(([name, { factory }]) => [name, inlineHandler(factory, {})] as const),
  ),
};

/** The texts of a function's archive, by file. */
export async function archiveFiles(
  name: string,
  create: () => unknown,
): Promise<Readonly<Record<string, string>>> {
  return (await functionArchive(name, create)).files;
}

/** What a function finds in its environment, resolved. */
export async function environmentOf({ environment }: InlineHandler): Promise<Record<string, string>> {
  return new Promise((resolve) => void pulumi.all(environment).apply(resolve));
}

const requestContext = { path: "/v1/jobs", identity: { userArn: null } };
const problem = (status: number, title: string, detail: string, errors?: object) => ({
  statusCode: status,
  headers: { "Content-Type": "application/problem+json" },
  body: JSON.stringify({ type: "about:blank", title, status, detail, instance: "/v1/jobs", errors }),
});
const step = { jobId: "j1", process: "settlement", step: "s", client: "acme", results: {} };
const unreadable = { messageId: "m1", body: "no JSON" };
const ignored = { messageId: "m2", body: '{"Records":[{"s3":{"object":{"key":"inbound/j1/note.txt"}}}]}' };

interface Sample {
  readonly event: object;
  /** As JSON has it. */
  readonly answer?: unknown;
  /** What it throws, for want of a service. */
  readonly error?: RegExp;
}

/** For each handler an event that it can answer without calling a service, or the call that it cannot do without. */
export const samples: Readonly<Record<string, Sample>> = {
  submitJob: {
    event: { body: "{", requestContext },
    answer: problem(400, "Bad Request", "The body is not JSON."),
  },
  submitBatchJob: {
    event: { body: "{", requestContext },
    answer: problem(400, "Bad Request", "The body is not a JSON object."),
  },
  recordBatchJobs: {
    event: {
      region: "eu-west-1",
      detail: { jobName: "x", jobId: "b1", jobDefinition: "other:1", status: "RUNNABLE" },
    },
    answer: undefined,
  },
  // An alarm that closes starts nothing.
  startAlarmJobs: { event: alarmEvent("energy-jobs", { value: "OK" }, "ALARM"), answer: undefined },
  getJob: {
    event: { pathParameters: { jobId: "no id" }, requestContext },
    answer: problem(404, "Not Found", 'There is no job "no id".'),
  },
  listJobs: {
    event: { queryStringParameters: { limit: "0" }, requestContext },
    answer: problem(400, "Bad Request", "The query cannot be answered.", [
      { pointer: "/limit", detail: "must be a whole number from 1 to 100" },
    ]),
  },
  receiveWebhook: {
    event: { body: "{}", headers: {}, requestContext },
    answer: problem(401, "Unauthorized", "The header webhook-id is missing."),
  },
  egressOutputs: {
    event: { Records: [{ ...unreadable, attributes: { ApproximateReceiveCount: "1" } }] },
    answer: { batchItemFailures: [{ itemIdentifier: "m1" }] },
  },
  cancelJob: {
    event: { pathParameters: { jobId: "no id" }, requestContext },
    answer: problem(404, "Not Found", 'There is no job "no id".'),
  },
  redriveJob: {
    event: { pathParameters: { jobId: "no id" }, requestContext },
    answer: problem(404, "Not Found", 'There is no job "no id".'),
  },
  // No time is left for it.
  reconcileJobs: { event: { time: "2026-01-01T00:00:00Z" }, answer: undefined },
  startJobs: { event: { Records: [] }, answer: { batchItemFailures: [] } },
  // It begins with the table.
  buildTags: { event: {}, error: /ECONNREFUSED 127\.0\.0\.1:1/ },
  applyTags: { event: { Records: [] }, answer: { batchItemFailures: [] } },
  notifyJobs: { event: { Records: [] }, answer: { batchItemFailures: [] } },
  // A failure that has just happened redrives nothing.
  replayJobs: { event: { id: "e1", detail: {} }, answer: undefined },
  dispatchHandoffs: {
    event: { Records: [unreadable] },
    answer: { batchItemFailures: [{ itemIdentifier: "m1" }] },
  },
  resumeJobs: {
    event: { Records: [ignored, unreadable] },
    answer: { batchItemFailures: [{ itemIdentifier: "m1" }] },
  },
  recordExecutions: { event: { detail: { name: "j1", status: "SUCCEEDED" } }, answer: undefined },
  sleep: { event: { ...step, parameters: { seconds: 0 } }, answer: { slept: 0 } },
  generatePayload: {
    event: { ...step, parameters: { amount: 3 } },
    answer: {
      amount: 3,
      info: { payloadId: "<id>", generatedAt: "<time>", process: "settlement", client: "acme" },
    },
  },
};
