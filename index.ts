import * as pulumi from "@pulumi/pulumi";
import { BatchCompute } from "./components/batch/batchCompute";
import { BatchRecorder } from "./components/batch/batchRecorder";
import { EgressBucket } from "./components/egress/egressBucket";
import { CallbackOrchestrator } from "./components/callbackOrchestrator";
import { parseCatalogue } from "./components/catalogue/parseCatalogue";
import { parseEgress } from "./components/catalogue/parseEgress";
import { parseTagGroups } from "./components/catalogue/parseTagGroups";
import { parseTriggers } from "./components/catalogue/parseTriggers";
import { containerProcessesOf, isAnyTagged } from "./components/catalogue/process";
import { JobsApi } from "./components/jobsApi/jobsApi";
import { JobControl } from "./components/jobControl";
import { JobStore } from "./components/jobStore";
import { MetricTriggers } from "./components/metricTriggers";
import { Monitoring } from "./components/monitoring/monitoring";
import { StackParts } from "./components/monitoring/stackParts";
import { Notifications } from "./components/notifications";
import { StackKey } from "./components/stackKey";
import { readStackSettings } from "./components/stackSettings";
import { taggableServices } from "./components/tagGroups/taggableServices";
import { TagGroups } from "./components/tagGroups/tagGroups";
import { steps } from "./functions/steps";
import { transforms } from "./functions/transforms";

const config = new pulumi.Config("jobrelay");
const settings = readStackSettings(config);
const tagGroupsConfig = parseTagGroups(config.getObject("tagGroups"), Object.keys(taggableServices));
const catalogue = parseCatalogue(config.getObject("processes"), {
  functions: Object.keys(steps),
  tagGroups: tagGroupsConfig !== undefined,
  retentionDays: settings.jobRetentionDays,
});

const egressConfig = parseEgress(config.getObject("egress"), Object.keys(transforms));
const triggers = parseTriggers(config.getObject("triggers"), catalogue);
const parts = new StackParts();
const foundation = { settings, parts, key: new StackKey("data-key", settings) };
const tags = tagGroupsConfig && new TagGroups("tag-groups", { tagGroups: tagGroupsConfig, foundation });
const jobs = new JobStore("jobs", foundation);
const notifications = new Notifications("notifications", { jobs, foundation });
const containerProcesses = containerProcessesOf(catalogue);
const batch =
  containerProcesses.length > 0 ? new BatchCompute("batch", { catalogue, foundation }) : undefined;
if (batch) new BatchRecorder("batch-recorder", { batch, jobs, foundation });
const egressArgs = { egress: egressConfig, batch, containerProcesses, jobs, notifications, foundation };
const egress =
  batch || egressConfig.platform
    ? new EgressBucket("egress", { ...egressArgs, taggedOutputs: isAnyTagged(catalogue) })
    : undefined;
const flow = { catalogue, batch, egress, tags, jobs, foundation };
const orchestrator = new CallbackOrchestrator("orchestrator", flow);
const { workflows } = orchestrator;
const { events } = notifications;
const control = new JobControl("job-control", { workflows, batch, egress, events, jobs, foundation });
const api = new JobsApi("jobs-api", { catalogue, orchestrator, control, batch, egress, jobs, foundation });
new MetricTriggers("triggers", { triggers, catalogue, jobs, foundation });
const monitoring = new Monitoring("monitoring", {
  level: settings.monitoring,
  alarmEmails: settings.alarmEmails,
  parts,
  table: { name: jobs.tableName, indexes: ["by-process", "by-status"] },
  foundation,
});

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
/** Make rules on the bus to act on how jobs end; replay a window of the archive to redrive what failed in it. */
export const eventBusArn = notifications.events.busArn;
export const eventArchiveArn = notifications.events.archiveArn;
export const stateMachineArns = workflows.stateMachineArns;
/** Where containers run, where they leave their outputs, and the policy for whoever submits to the queue. */
export const jobQueueArn = batch?.queueArn;
export const outputsBucket = batch?.outputs.bucketName;
export const notifierPolicyArn = batch?.notifierPolicyArn;
/** Where outputs last. */
export const egressBucket = egress?.bucket.bucketName;
/** Put the platform's API token, and what its webhooks are known by, into them. */
export const platformTokenSecretArn = egress?.platformTokenSecretArn;
export const webhookSecretArn = egress?.webhookSecretArn;
/** The table of tag groups, and how resources are tagged: for `npm run tags`. */
export const tagGroups = tags?.summary;
/** What could not be handled, by name: for `npm run deadletters`. */
export const deadLetterQueues = parts.deadLetterQueues();
/** Subscribe to it to hear of alarms. */
export const alarmTopicArn = monitoring.alarmTopicArn;
export const dashboardName = monitoring.dashboardName;
