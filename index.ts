import * as pulumi from "@pulumi/pulumi";
import { BatchCompute } from "./components/batch/batchCompute";
import { BatchRecorder } from "./components/batch/batchRecorder";
import { CallbackOrchestrator } from "./components/callbackOrchestrator";
import { parseCatalogue } from "./components/catalogue/parseCatalogue";
import { parseTriggers } from "./components/catalogue/parseTriggers";
import { batchStepsOf } from "./components/catalogue/process";
import { JobsApi } from "./components/jobsApi/jobsApi";
import { JobStore } from "./components/jobStore";
import { MetricTriggers } from "./components/metricTriggers";
import { Notifications } from "./components/notifications";
import { StackKey } from "./components/stackKey";
import { readStackSettings } from "./components/stackSettings";
import { steps } from "./functions/steps";

const config = new pulumi.Config("jobrelay");
const settings = readStackSettings(config);
const catalogue = parseCatalogue(config.getObject("processes"), {
  functions: Object.keys(steps),
  retentionDays: settings.jobRetentionDays,
});

const triggers = parseTriggers(config.getObject("triggers"), catalogue);
const foundation = { settings, key: new StackKey("data-key", settings) };
const jobs = new JobStore("jobs", foundation);
const runsContainers = Object.values(catalogue).some((process) => batchStepsOf(process).length > 0);
const batch = runsContainers ? new BatchCompute("batch", { catalogue, foundation }) : undefined;
if (batch) new BatchRecorder("batch-recorder", { batch, jobs, foundation });
const orchestrator = new CallbackOrchestrator("orchestrator", { catalogue, batch, jobs, foundation });
const api = new JobsApi("jobs-api", { catalogue, batch, jobs, foundation });
new MetricTriggers("triggers", { triggers, catalogue, jobs, foundation });
const notifications = new Notifications("notifications", { jobs, foundation });

/** Where to start jobs and follow them. */
export const apiUrl = api.url;
/** Assume it to call the API. */
export const jobsApiInvokeRoleArn = api.invokeRoleArn;
/** `outbound/` holds what waits for other systems; they answer under `inbound/`. */
export const handoffBucket = orchestrator.bucketName;
/** For the systems on the other side of hand-offs. */
export const partnerRoleArn = orchestrator.partnerRoleArn;
export const jobsTable = jobs.tableName;
/** Subscribe to it to hear how jobs end. */
export const notificationTopicArn = notifications.topicArn;
export const stateMachineArns = orchestrator.stateMachineArns;
/** Where containers run, where they leave their outputs, and the policy for whoever submits to the queue. */
export const jobQueueArn = batch?.queueArn;
export const outputsBucket = batch?.outputs.bucketName;
export const notifierPolicyArn = batch?.notifierPolicyArn;
