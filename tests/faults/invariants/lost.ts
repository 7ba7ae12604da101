import { isTerminal, type JobRecord } from "../../../functions/lib/job";
import type { AcceptedJob, Evidence, Finding, Invariant } from "../evidence";

/** A job may wait for a partner who has not answered; one who has is not waited for. */
export const lost: Invariant = {
  name: "lost",
  rule:
    "every accepted job has ended, or lies in a dead-letter queue, or is an open hand-off with a deadline ahead; " +
    "and what a job that succeeded has left lies where it lasts",
  check: (evidence) => {
    const places = new Set(evidence.outputs.map(({ key }) => key.split("/")[1]));
    return evidence.accepted.flatMap((job) => [
      ...lossOf(evidence, job),
      ...lostOutput(evidence, job, places),
    ]);
  },
};

const leavingOutputs = ["container", "container-approval", "egress"];

function lostOutput(
  evidence: Evidence,
  { jobId, index, process, token }: AcceptedJob,
  places: ReadonlySet<string | undefined>,
): Finding[] {
  const leaves = leavingOutputs.includes(process) && evidence.records.get(jobId)?.status === "SUCCEEDED";
  if (!leaves || places.has(jobId) || places.has(token) || isDeadLetter(evidence, jobId)) return [];
  return [{ jobId, message: `job ${index} (${process}) succeeded, and its output is nowhere` }];
}

function lossOf(evidence: Evidence, { jobId, index, process }: AcceptedJob): Finding[] {
  const record = evidence.records.get(jobId);
  if (!record) return [{ jobId, message: `job ${index} (${process}) was accepted and is not in the table` }];
  if (isTerminal(record.status) || isDeadLetter(evidence, jobId) || waits(evidence, record)) return [];
  return [{ jobId, message: `job ${index} (${process}) is still ${record.status}, and nothing works on it` }];
}

function isDeadLetter({ deadLetters }: Evidence, jobId: string): boolean {
  return deadLetters.some(({ jobIds }) => jobIds.includes(jobId));
}

function waits({ drops, now }: Evidence, { status, handoff }: JobRecord): boolean {
  if (status !== "WAITING" || !handoff || Date.parse(handoff.deadline) <= now) return false;
  const answers = drops.filter(({ kind, valid }) => valid && kind !== "heartbeat");
  return !answers.some(({ key }) => key.startsWith(`inbound/${handoff.folder}`));
}
