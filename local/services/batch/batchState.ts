import type { Stateful } from "../../data/stateful";
import { Job } from "./job";
import type { JobQueues } from "./jobQueues";
import type { Jobs } from "./jobs";
import type { JobStore } from "./jobStore";
import type { LogStreams } from "./logStreams";
import type { Dependency } from "./submission";
import type { Tags } from "./tags";

interface BatchParts {
  readonly queues: JobQueues;
  readonly store: JobStore;
  readonly jobs: Jobs;
  readonly tags: Tags;
  readonly logStreams: LogStreams;
}

interface SavedBatch {
  /** With their children and dependencies, which refer to each other. */
  readonly jobs: readonly Job[];
  readonly sequence: number;
  readonly tags: ReadonlyMap<string, Record<string, string>>;
  readonly streams: ReturnType<LogStreams["save"]>;
}

/** Jobs outlive a restart with their attempts and logs, in the queues that the program has. */
export function batchState({ queues, store, jobs, tags, logStreams }: BatchParts): Stateful {
  return {
    save: (): SavedBatch => ({
      jobs: store.all().filter(({ member }) => !member),
      sequence: jobs.sequence,
      tags: tags.save(),
      streams: logStreams.save(),
    }),
    restore(state) {
      const saved = state as SavedBatch;
      logStreams.restore(saved.streams);
      const revived = revive(saved.jobs, queues);
      for (const job of revived.flatMap((each) => [each, ...each.children])) {
        tags.begin(job.arn, saved.tags.get(job.arn) ?? {});
      }
      jobs.restore(revived, saved.sequence);
    },
  };
}

/** Jobs again, of plain objects that refer to each other. A job whose queue is gone keeps the one that it had. */
function revive(saved: readonly Job[], queues: JobQueues): Job[] {
  const known = new Map<Job, Job>();
  const job = (plain: Job): Job => {
    const found = known.get(plain);
    if (found) return found;
    const { submission, member, children, attempts, ...fields } = plain;
    // A child is made with its parent.
    if (member && !known.has(member.parent)) {
      const child = job(member.parent).children[member.index];
      if (child) return child;
    }
    const dependsOn: Dependency[] = [];
    const queue = queues.find(submission.queue.arn) ?? submission.queue;
    const revived: Job = new Job({
      ...fields,
      submission: { ...submission, queue, dependsOn },
      member: member && { ...member, parent: job(member.parent) },
    });
    known.set(plain, revived);
    const { status, statusReason, startedAt, stoppedAt, container, endRequest } = plain;
    Object.assign(revived, { status, statusReason, startedAt, stoppedAt, container, endRequest });
    revived.attempts.push(...attempts);
    revived.children.push(...children.map(job));
    for (const each of submission.dependsOn) {
      dependsOn.push(each.job ? { ...each, job: job(each.job) } : each);
    }
    return revived;
  };
  return saved.map(job);
}
