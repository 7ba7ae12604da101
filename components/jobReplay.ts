import * as pulumi from "@pulumi/pulumi";
import { replayJobs } from "../functions/replayJobs";
import type { Foundation } from "./foundation";
import { InlineFunction } from "./inlineFunction";
import { inlineHandler } from "./inlineHandler";
import type { JobEvents } from "./jobEvents";
import type { JobStore } from "./jobStore";
import type { PolicyStatement } from "./policy";

export interface JobReplayArgs {
  readonly events: JobEvents;
  readonly jobs: JobStore;
  /** What redriving a job needs, beside reading it. */
  readonly redrive: readonly PolicyStatement[];
  readonly foundation: Foundation;
}

/** Makes replays real: a replayed failure redrives its job. */
export class JobReplay extends pulumi.ComponentResource {
  constructor(
    name: string,
    { events, jobs, redrive, foundation }: JobReplayArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("jobrelay:JobReplay", name, {}, opts);
    const replayer = new InlineFunction(
      "replay-jobs",
      {
        handler: inlineHandler(replayJobs, { tableName: jobs.tableName }),
        statements: [jobs.allowRead(), ...redrive],
        foundation,
      },
      { parent: this },
    );
    events.replayFailuresTo(replayer);
    this.registerOutputs({});
  }
}
