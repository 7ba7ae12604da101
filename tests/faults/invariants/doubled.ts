import { eventId } from "../../../functions/lib/cloudEvent";
import { isTerminal } from "../../../functions/lib/job";
import type { Evidence, Finding, Invariant } from "../evidence";

/** The same content may come several times, under the same id. */
export const doubled: Invariant = {
  name: "doubled",
  rule: "each end of a job is told with one content, and a request that is repeated makes one job",
  check: (evidence) => [
    ...twoJobs(evidence),
    ...[...evidence.changes.keys()].flatMap((id) => tellings(evidence, id)),
  ],
};

function twoJobs({ answeredTwice }: Evidence): Finding[] {
  return answeredTwice.map(({ job, jobIds }) => ({
    jobId: jobIds[0] ?? "",
    message: `the same request for job ${job.index} was answered with ${jobIds.join(" and ")}`,
  }));
}

function tellings(evidence: Evidence, jobId: string): Finding[] {
  const ends = endsOf(evidence, jobId);
  const told = evidence.notifications.filter((notification) => notification.jobId === jobId);
  const contents = new Map<string, Set<string>>();
  for (const { id, body } of told) contents.set(id, (contents.get(id) ?? new Set()).add(body));
  const different = [...contents].filter(([, bodies]) => bodies.size > 1);
  const unknown = [...contents.keys()].filter((id) => !ends.has(id));
  return [
    ...different.map(([id, { size }]) => ({ jobId, message: `${id} was told with ${size} contents` })),
    ...unknown.map((id) => ({ jobId, message: `${id} was told, which is no end of the job` })),
  ];
}

/** The ids of the events for all ends that the table has had for a job. */
export function endsOf({ changes }: Pick<Evidence, "changes">, jobId: string): Set<string> {
  const ended = (changes.get(jobId) ?? []).filter(
    ({ before, after }) => isTerminal(after.status) && !(before && isTerminal(before.status)),
  );
  return new Set(ended.map(({ after }) => eventId(after)));
}
