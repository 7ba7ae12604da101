import * as pulumi from "@pulumi/pulumi";
import { createDeadLetterQueue } from "../../../components/deadLetterQueue";
import { Monitoring } from "../../../components/monitoring/monitoring";
import type { MonitoringLevel } from "../../../components/monitoring/monitoringLevel";
import { StackParts } from "../../../components/monitoring/stackParts";
import { StackKey } from "../../../components/stackKey";
import { readStackSettings } from "../../../components/stackSettings";

/** A program of a few parts, and what watches them. */
const config = new pulumi.Config("jobrelay");
const settings = readStackSettings(config);
const parts = new StackParts();
const foundation = { settings, parts, key: new StackKey("data-key", settings) };
const parent = new pulumi.ComponentResource("test:Parts", "parts");
for (const name of ["callbacks-dead", "jobs-stream-failures"])
  createDeadLetterQueue(name, foundation, parent);

const output = (text: string) => pulumi.output(text);
parts.queues.push(
  { name: "callbacks", queueName: output("callbacks-1") },
  { name: "egress", queueName: output("egress-1"), oldestSeconds: 93_600 },
);
const starter = { label: "start-jobs", functionName: output("start-jobs-1") };
parts.functions.push(
  { ...starter, memoryMb: 256 },
  { label: "submit-job", functionName: output("submit-job-1"), memoryMb: 1024 },
);
parts.streamReaders.push(starter);
parts.reconcilers.push({ functionName: output("reconcile-jobs-1") });
for (const process of config.requireObject<string[]>("workflows")) {
  parts.workflows.push({ process, stateMachineArn: output(`arn:${process}`) });
}

const monitoring = new Monitoring("monitoring", {
  level: config.require<MonitoringLevel>("monitoring"),
  alarmEmails: ["ops@example.com"],
  parts,
  table: { name: output("jobs-1"), indexes: ["by-status"] },
  foundation,
});

export const { alarmTopicArn, dashboardName } = monitoring;
export const keyArn = foundation.key.arn;
export const deadLetterQueues = parts.deadLetterQueues();
