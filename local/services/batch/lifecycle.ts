import type { Job, JobStatus } from "./job";

export interface LifecycleOptions {
  now(): number;
  /** Told of every change of status. */
  changed(job: Job): void;
}

/** Moves jobs from status to status, and tells whoever waits for an end. */
export class Lifecycle {
  readonly #waiting = new Map<Job, Set<() => void>>();
  #open = true;

  constructor(private readonly options: LifecycleOptions) {}

  /** The status after which there is no other is final, and so is everything once `close` was called. */
  move(job: Job, status: JobStatus, statusReason?: string): void {
    if (job.ended || !this.#open) return;
    job.status = status;
    job.statusReason = statusReason;
    if (job.ended) job.stoppedAt = this.options.now();
    this.options.changed(job);
    if (job.ended) this.#tell(job);
  }

  /** Calls back once when the job ends, at once if it has; returns what forgets the listener. */
  onEnd(job: Job, listener: () => void): () => void {
    if (job.ended) {
      listener();
      return () => undefined;
    }
    const listeners = this.#waiting.get(job) ?? new Set();
    this.#waiting.set(job, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /** From here on nothing moves. */
  close(): void {
    this.#open = false;
    this.#waiting.clear();
  }

  get open(): boolean {
    return this.#open;
  }

  #tell(job: Job): void {
    const listeners = this.#waiting.get(job) ?? [];
    this.#waiting.delete(job);
    for (const listener of listeners) listener();
  }
}
