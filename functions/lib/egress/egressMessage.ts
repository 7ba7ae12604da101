/**
 * Reads whose outputs a message is about: one of this program's own (`{jobId}`), or the notification of a job that has
 * succeeded (a CloudEvent).
 * @throws when it is neither
 */
export function jobOfMessage(body: string): string {
  const { subject, jobId = subject } = JSON.parse(body) as {
    readonly jobId?: unknown;
    readonly subject?: unknown;
  };
  if (typeof jobId !== "string" || jobId === "") throw new Error("the message names no job");
  return jobId;
}
