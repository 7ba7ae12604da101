import { isTerminal, type JobRecord, type Json } from "./job";
import { describeJobError } from "./jobError";

/** A notification: a CloudEvent in structured JSON form. Source: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md */
export interface JobEvent {
  readonly specversion: "1.0";
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: "application/json";
  readonly data: Json;
}

/** An event as a bus takes it: an entry of PutEvents. */
export interface BusEntry {
  readonly EventBusName: string;
  readonly Source: "jobrelay";
  readonly DetailType: string;
  /** JSON. */
  readonly Detail: string;
  readonly Time: Date;
  readonly Resources: string[];
}

/** The id of the event that says how a job ended; depends only on the job and its end. */
export function eventId({ jobId, status, updatedAt }: JobRecord): string {
  return `${jobId}/${status}/${updatedAt}`;
}

/** The event that says how a job ended. Its id is stable, so that a receiver that sees it twice can tell. */
export function jobEvent(job: JobRecord): JobEvent {
  if (!isTerminal(job.status)) throw new Error(`job ${job.jobId} is ${job.status}, which is no end`);
  const { jobId, process, client, status, createdAt, updatedAt, requestedBy } = job;
  return {
    specversion: "1.0",
    id: eventId(job),
    source: `/jobrelay/${process}`,
    type: `jobrelay.job.${status.toLowerCase()}`,
    subject: jobId,
    time: updatedAt,
    datacontenttype: "application/json",
    data: JSON.parse(
      JSON.stringify({
        jobId,
        process,
        client,
        status,
        requestedBy,
        createdAt,
        endedAt: updatedAt,
        error: job.error && describeJobError(job.error),
      }),
    ) as Json,
  };
}

/** The subject line of a notification: printable ASCII, less than 100 characters, as SNS wants it. */
export function subjectLine({ process, client, status, jobId }: JobRecord): string {
  const end = ` ${status} (${jobId})`;
  const whom = client === undefined ? "" : ` for ${client}`;
  // A long client makes room for how the job ended.
  const subject = `Job ${process}${whom}`.slice(0, Math.max(99 - end.length, 0)) + end;
  return subject.replace(/[^ -~]/g, "?").slice(0, 99);
}

/** The event as the stack's bus takes it. It occurred when the job ended, whenever it is put: replays go by that. */
export function busEntry(job: JobRecord, busArn: string): BusEntry {
  const event = jobEvent(job);
  return {
    EventBusName: busArn,
    Source: "jobrelay",
    DetailType: event.type,
    Detail: JSON.stringify(event),
    Time: new Date(event.time),
    Resources: job.executionArn === undefined ? [] : [job.executionArn],
  };
}
