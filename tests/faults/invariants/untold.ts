import type { Evidence, Finding, Invariant } from "../evidence";
import { endsOf } from "./doubled";

export const untold: Invariant = {
  name: "untold",
  rule: "each end of a job is told, or lies in a dead-letter queue",
  check: (evidence) => [...evidence.changes.keys()].flatMap((jobId) => silences(evidence, jobId)),
};

function silences(evidence: Evidence, jobId: string): Finding[] {
  const told = new Set(
    evidence.notifications.filter((notification) => notification.jobId === jobId).map(({ id }) => id),
  );
  if (evidence.deadLetters.some(({ jobIds }) => jobIds.includes(jobId))) return [];
  const missing = [...endsOf(evidence, jobId)].filter((id) => !told.has(id));
  return missing.map((id) => ({ jobId, message: `nobody was told of ${id}` }));
}
