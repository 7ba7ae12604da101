import * as pulumi from "@pulumi/pulumi";
import { startAlarmJobs } from "../functions/startAlarmJobs";
import { knownProcesses } from "./catalogue/knownProcesses";
import type { Catalogue } from "./catalogue/process";
import type { Trigger, Triggers } from "./catalogue/trigger";
import type { Foundation } from "./foundation";
import { InlineFunction } from "./inlineFunction";
import { inlineHandler } from "./inlineHandler";
import type { JobStore } from "./jobStore";
import { MetricTrigger } from "./metricTrigger";

export interface MetricTriggersArgs {
  readonly triggers: Triggers;
  readonly catalogue: Catalogue;
  readonly jobs: JobStore;
  readonly foundation: Foundation;
}

/** Every trigger of a stack, and the one function that their alarms call; nothing where there are none. */
export class MetricTriggers extends pulumi.ComponentResource {
  constructor(name: string, args: MetricTriggersArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobrelay:MetricTriggers", name, {}, opts);
    const triggers = Object.values(args.triggers);
    if (triggers.length > 0) this.createTriggers(triggers, args);
    this.registerOutputs({});
  }

  private createTriggers(triggers: readonly Trigger[], args: MetricTriggersArgs): void {
    const starter = createStarter(triggers, args, this);
    const after = [starter.keepFailures()];
    for (const trigger of triggers) {
      const { jobs } = args;
      new MetricTrigger(`trigger-${trigger.name}`, { trigger, jobs, starter, after }, { parent: this });
    }
  }
}

function createStarter(
  triggers: readonly Trigger[],
  { catalogue, jobs, foundation }: MetricTriggersArgs,
  parent: pulumi.Resource,
): InlineFunction {
  const started = new Set(triggers.map(({ process }) => process));
  const processes = Object.values(catalogue).filter(({ name }) => started.has(name));
  return new InlineFunction(
    "start-alarm-jobs",
    {
      handler: inlineHandler(startAlarmJobs, {
        tableName: jobs.tableName,
        processes: knownProcesses(processes),
        triggers: Object.fromEntries(
          triggers.map(({ name, process, condition }) => [name, { process, condition }]),
        ),
        retentionDays: foundation.settings.jobRetentionDays,
      }),
      statements: [jobs.allowCreate()],
      foundation,
    },
    { parent },
  );
}
