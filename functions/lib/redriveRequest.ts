import type { EventBridgeEvent } from "aws-lambda";
import { eventId, type JobEvent } from "./cloudEvent";
import { isTerminal, type JobRecord } from "./job";

/** An event of the bus; `replay-name` is there if it comes from the archive. */
export type JobEndEvent = EventBridgeEvent<string, Partial<JobEvent>> & { readonly "replay-name"?: string };

/** A job that ended badly, once, and shall be redriven if nothing has happened to it since. */
export interface RedriveRequest {
  readonly jobId: string;
  /** The id of the CloudEvent: by it the end is known. */
  readonly endId: string;
  /** The name of the replay that asks for it. */
  readonly replay: string;
}

/**
 * What an event asks for: nothing if it has just happened. For a failure that redrove its own job would go on for ever.
 * @throws when the event does not say which job ended and how
 */
export function redriveRequestOf(event: JobEndEvent): RedriveRequest | undefined {
  const { "replay-name": replay, detail } = event;
  if (replay === undefined) return undefined;
  const { subject: jobId, id: endId } = detail;
  if (typeof jobId !== "string" || typeof endId !== "string") {
    throw new Error(`event ${event.id} is no CloudEvent about a job: it needs an id and a subject`);
  }
  return { jobId, endId, replay };
}

/** Whether that end is how the job stands now: not if it was redriven since, however that went. */
export function stillStands({ endId }: RedriveRequest, job: JobRecord): boolean {
  return isTerminal(job.status) && eventId(job) === endId;
}
