import type { Clock } from "../../clock";
import type { ComputeEnvironment } from "./computeEnvironments";
import { resourcesOf } from "./containerProperties";
import type { Job } from "./job";
import type { JobQueue } from "./jobQueues";
import type { Lifecycle } from "./lifecycle";

export interface SchedulerOptions {
  readonly clock: Clock;
  readonly lifecycle: Lifecycle;
  /** Virtual CPUs of this machine; a job that needs more runs alone. */
  readonly machineVcpus: number;
  /** Runs an attempt; the promise ends with it and is never rejected. */
  run(job: Job, environment: ComputeEnvironment): Promise<void>;
}

interface Block {
  readonly job: Job;
  readonly reason: string;
  release(): void;
}

/** Why a job at the head of its queue is stuck. Source: https://docs.aws.amazon.com/batch/latest/userguide/job_stuck_in_runnable.html */
const stuck: Readonly<Record<string, string>> = {
  "MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE":
    "CE(s) associated with the job queue cannot meet the CPU requirement of the job.",
  "CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY":
    "Service cannot fulfill the capacity requested for instance type [local machine]",
};

/** Places RUNNABLE jobs, queues of higher priority first and each queue in the order of submission. */
export class Scheduler {
  readonly #waiting = new Map<JobQueue, Job[]>();
  readonly #placed = new Map<Job, ComputeEnvironment>();
  readonly #blocks = new Map<JobQueue, Block>();

  constructor(private readonly options: SchedulerOptions) {}

  /** Makes a job RUNNABLE. A job that is retried goes before those submitted after it. */
  enqueue(job: Job): void {
    const { queue } = job.submission;
    const waiting = this.#waiting.get(queue) ?? [];
    const before = waiting.findLastIndex((other) => order(other, job) <= 0);
    waiting.splice(before + 1, 0, job);
    this.#waiting.set(queue, waiting);
    this.options.lifecycle.move(job, "RUNNABLE");
    this.#place();
  }

  /** Takes a RUNNABLE job out of its queue. */
  remove(job: Job): void {
    const waiting = this.#waiting.get(job.submission.queue) ?? [];
    const index = waiting.indexOf(job);
    if (index >= 0) waiting.splice(index, 1);
    this.#place();
  }

  /** Lets everything wait, and clears timers. */
  stop(): void {
    for (const block of this.#blocks.values()) block.release();
    this.#blocks.clear();
    this.#waiting.clear();
  }

  #place(): void {
    const queues = [...this.#waiting.keys()].sort((a, b) => b.priority - a.priority);
    for (const queue of queues) this.#placeFrom(queue);
  }

  /** The head of a queue that cannot be placed holds up those behind it. */
  #placeFrom(queue: JobQueue): void {
    const waiting = this.#waiting.get(queue) ?? [];
    for (;;) {
      const [head] = waiting;
      const environment = head && this.#roomFor(head);
      if (!head || !environment) return this.#block(queue, head);
      waiting.shift();
      this.#placed.set(head, environment);
      this.#block(queue, undefined);
      void this.options.run(head, environment).then(() => {
        this.#placed.delete(head);
        this.#place();
      });
    }
  }

  #roomFor(job: Job): ComputeEnvironment | undefined {
    const { vcpus } = resourcesOf(job.submission.container);
    if (this.#placed.size > 0 && this.#used() + vcpus > this.options.machineVcpus) return undefined;
    return enabled(job).find((each) => this.#used(each) + vcpus <= each.maxvCpus);
  }

  #used(environment?: ComputeEnvironment): number {
    return [...this.#placed]
      .filter(([, placed]) => !environment || placed === environment)
      .reduce((sum, [job]) => sum + resourcesOf(job.submission.container).vcpus, 0);
  }

  /** Notes what the head of a queue is stuck for, from when on the queue's time limits count. */
  #block(queue: JobQueue, head: Job | undefined): void {
    const reason = head && this.#stuckFor(head);
    const block = this.#blocks.get(queue);
    if (block?.job === head && block?.reason === reason) return;
    block?.release();
    this.#blocks.delete(queue);
    if (!head || reason === undefined) return;
    head.statusReason = `${reason} - ${stuck[reason]}`;
    const limit = queue.timeLimits.find((each) => each.reason === reason);
    const cancel = limit
      ? this.options.clock.after(limit.maxTimeSeconds * 1000, () => this.#expire(head, reason))
      : () => undefined;
    const release = () => {
      cancel();
      if (head.status === "RUNNABLE") head.statusReason = undefined;
    };
    this.#blocks.set(queue, { job: head, reason, release });
  }

  /** Only what cannot pass by waiting for one's turn: other jobs that use up `maxvCpus` block nobody in AWS's sense. */
  #stuckFor(job: Job): string | undefined {
    const { vcpus } = resourcesOf(job.submission.container);
    const environments = enabled(job);
    if (environments.length === 0) return undefined;
    if (environments.every((each) => each.maxvCpus < vcpus)) {
      return "MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE";
    }
    return environments.some((each) => this.#used(each) + vcpus <= each.maxvCpus)
      ? "CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY"
      : undefined;
  }

  #expire(job: Job, reason: string): void {
    this.remove(job);
    this.options.lifecycle.move(
      job,
      "FAILED",
      `Canceled by JobStateTimeLimit action due to reason: ${reason}`,
    );
  }
}

function enabled(job: Job): readonly ComputeEnvironment[] {
  return job.submission.queue.environments.filter(({ state }) => state === "ENABLED");
}

function order(a: Job, b: Job): number {
  return a.sequence - b.sequence;
}
