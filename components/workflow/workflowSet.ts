import * as pulumi from "@pulumi/pulumi";
import type { WorkflowSettings } from "../../functions/lib/startExecution";
import type { BatchCompute } from "../batch/batchCompute";
import { containerProcessesOf, isAnyTagged, type Catalogue } from "../catalogue/process";
import type { SettingInputs } from "../inlineHandler";
import type { PolicyStatement } from "../policy";
import { taggedProcesses, type TagGroups } from "../tagGroups/tagGroups";
import type { Workflow } from "./workflow";
import { workflowRevision } from "./workflowRevision";

/** The workflows of a stack, by process, and what may be done with all of them. */
export class WorkflowSet {
  private readonly arns: pulumi.Output<string>[];

  constructor(
    private readonly workflows: Readonly<Record<string, Workflow>>,
    private readonly catalogue: Catalogue,
    private readonly batch: BatchCompute | undefined,
    private readonly tags: TagGroups | undefined,
  ) {
    this.arns = Object.values(workflows).map(({ stateMachineArn }) => stateMachineArn);
  }

  get stateMachineArns(): pulumi.Output<Record<string, string>> {
    return pulumi.all(mapValues(this.workflows, ({ stateMachineArn }) => stateMachineArn));
  }

  /** `arn:…:stateMachine:`, which all state machines of a stack share. */
  get arnPrefix(): pulumi.Output<string> {
    return pulumi.all(this.arns).apply(([first = ""]) => first.slice(0, first.lastIndexOf(":") + 1));
  }

  /** What a function needs to know that starts them. */
  get settings(): SettingInputs<WorkflowSettings> {
    return {
      stateMachineNames: pulumi.jsonStringify(
        mapValues(this.workflows, ({ stateMachineName }) => stateMachineName),
      ),
      stateMachineArnPrefix: this.arnPrefix,
      revisions: mapValues(this.catalogue, workflowRevision),
      containerProcesses: containerProcessesOf(this.catalogue),
      taggedProcesses: taggedProcesses(this.catalogue, this.tags),
      outputsUrl: this.batch ? pulumi.interpolate`s3://${this.batch.outputs.bucketName}/outputs` : "",
    };
  }

  /** Where the tag groups of processes are; empty when no process has one. */
  get tagGroupsTable(): pulumi.Output<string> | string {
    return this.groups?.tableName ?? "";
  }

  /** The permission to read a process's tag group; none when no process has one. */
  allowReadTagGroups(): PolicyStatement[] {
    return this.groups ? [this.groups.allowRead()] : [];
  }

  private get groups(): TagGroups | undefined {
    return isAnyTagged(this.catalogue) ? this.tags : undefined;
  }

  /** The permission to start any of them. */
  allowStart(): PolicyStatement {
    return { sid: "StartWorkflows", actions: ["states:StartExecution"], resources: this.arns };
  }

  /** The permission to answer the tasks of any of them. */
  allowResume(): PolicyStatement {
    return {
      sid: "ResumeWorkflows",
      actions: ["states:SendTaskSuccess", "states:SendTaskFailure", "states:SendTaskHeartbeat"],
      resources: this.arns,
    };
  }

  /** The permission to end what runs. */
  allowStop(): PolicyStatement {
    return { sid: "StopWorkflows", actions: ["states:StopExecution"], resources: this.executions() };
  }

  /** The permission to let what failed go on. */
  allowRedrive(): PolicyStatement {
    const actions = ["states:DescribeExecution", "states:RedriveExecution"];
    return { sid: "RedriveWorkflows", actions, resources: this.executions() };
  }

  /** The permission to find out which executions run. */
  allowList(): PolicyStatement {
    return { sid: "ListExecutions", actions: ["states:ListExecutions"], resources: this.arns };
  }

  /** The permission to read what has happened in an execution. */
  allowReadHistory(): PolicyStatement {
    const actions = ["states:GetExecutionHistory"];
    return { sid: "ReadHistories", actions, resources: this.executions() };
  }

  private executions(): pulumi.Output<string>[] {
    return this.arns.map((arn) => arn.apply((text) => `${text.replace(":stateMachine:", ":execution:")}:*`));
  }
}

function mapValues<V, W>(record: Readonly<Record<string, V>>, map: (value: V) => W): Record<string, W> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
