import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  alarmNameOf,
  alarmParameters,
  hasOpened,
  stateTime,
  type AlarmEvent,
  type Condition,
} from "./lib/alarm";
import { createJob } from "./lib/createJob";
import { derivedJobId } from "./lib/derivedJobId";
import type { JobRecord } from "./lib/job";
import { logError, logEvent } from "./lib/logEvent";
import { parameterViolations } from "./lib/parameterSchema";
import { newJob, type KnownProcesses } from "./lib/submission";

export interface StartAlarmJobsSettings {
  readonly tableName: string;
  /** At least those that triggers name. */
  readonly processes: KnownProcesses;
  /** By name, as in the stack's configuration. */
  readonly triggers: AlarmTriggers;
  /** How long a job is kept after it was submitted, in days. */
  readonly retentionDays: number;
}

export type AlarmTriggers = Readonly<
  Record<string, { readonly process: string; readonly condition: Condition }>
>;

/**
 * Records a job when an alarm opens: the action of every trigger's alarm. The job's id follows from the alarm and the
 * time of its opening, so an event that comes twice starts one job. What starts none is thrown: Lambda keeps the event.
 */
export const startAlarmJobs = (settings: StartAlarmJobsSettings) => {
  const client = new DynamoDBClient({});
  const record = async (event: AlarmEvent): Promise<void> => {
    const job = jobFor(event, settings, Date.now());
    const created = await createJob(client, settings.tableName, job);
    const { jobId, process, status } = job;
    logEvent(created ? "job submitted" : "job was submitted already", { jobId, process, status });
  };
  return async (event: AlarmEvent): Promise<void> => {
    const { alarmName, state, previousState } = event.alarmData;
    if (!hasOpened(event)) {
      const [from, to] = [previousState.value, state.value];
      return logEvent("alarm has not opened", { alarm: alarmName, from, to });
    }
    try {
      await record(event);
    } catch (error) {
      logError("alarm started no job", error, { alarm: alarmName });
      throw error;
    }
  };
};

/** @throws when no trigger has this alarm, or its process refuses the parameters */
function jobFor(event: AlarmEvent, settings: StartAlarmJobsSettings, now: number): JobRecord {
  const { processes, retentionDays } = settings;
  const { process, condition } = triggerOf(event, settings);
  const known = processes[process];
  if (!known) throw new Error(`the process "${process}" is not in the catalogue`);
  const parameters = alarmParameters(event, condition);
  const violations = parameterViolations(known.parameters, parameters);
  if (violations.length > 0) {
    const details = violations.map(({ pointer, detail }) => `${pointer}: ${detail}`).join(" ");
    throw new Error(`The parameters do not match the schema of "${process}". ${details}`);
  }
  return newJob({ process, parameters }, known, {
    jobId: derivedJobId(event.alarmArn, stateTime(event)),
    source: "alarm",
    requestedBy: event.alarmArn,
    createdAt: new Date(now).toISOString(),
    expiresAt: Math.floor(now / 1000) + retentionDays * 86_400,
  });
}

function triggerOf({ alarmData: { alarmName } }: AlarmEvent, settings: StartAlarmJobsSettings) {
  const { triggers, tableName } = settings;
  const found = Object.entries(triggers).find(([name]) => alarmNameOf(name, tableName) === alarmName);
  if (!found) throw new Error(`no trigger has the alarm "${alarmName}"`);
  return found[1];
}
