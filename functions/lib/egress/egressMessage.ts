/** What the egress queue brings: a job whose outputs are to be copied, and how far that has come. */
export interface EgressMessage {
  readonly jobId: string;
  /** Copying a job's own outputs continues after this key. */
  readonly after?: string;
  /** What was copied up to that key. */
  readonly objects?: number;
  readonly bytes?: number;
}

/**
 * Reads a message: one of this program's own, or the notification of a job that has succeeded (a CloudEvent).
 * @throws when it is neither
 */
export function parseEgressMessage(body: string): EgressMessage {
  const {
    subject,
    jobId = subject,
    ...progress
  } = JSON.parse(body) as Partial<EgressMessage> & {
    readonly subject?: string;
  };
  if (typeof jobId !== "string" || jobId === "") throw new Error("the message names no job");
  const { after, objects = 0, bytes = 0 } = progress;
  return { jobId, objects, bytes, ...(after === undefined ? {} : { after }) };
}
