import type { Job } from "./job";

/** The jobs, by id. Those that ended are kept until there are too many, children counted with their parent. */
export class JobStore {
  readonly #jobs = new Map<string, Job>();
  readonly #finished = new Set<Job>();
  #kept = 0;

  /**
   * @param limit how many jobs that ended are kept
   * @param evicted told of each job that is dropped
   */
  constructor(
    private readonly limit: number,
    private readonly evicted: (job: Job) => void,
  ) {}

  /** Adds a job and its children. */
  add(job: Job): void {
    for (const each of [job, ...job.children]) this.#jobs.set(each.id, each);
  }

  find(jobId: string): Job | undefined {
    return this.#jobs.get(jobId);
  }

  /** Oldest first, children among them. */
  all(): readonly Job[] {
    return [...this.#jobs.values()];
  }

  /** Notes the end of a job that is no child. */
  ended(job: Job): void {
    this.#finished.add(job);
    this.#kept += 1 + job.children.length;
    for (const oldest of this.#finished) {
      if (this.#kept <= this.limit || oldest === job) return;
      this.#finished.delete(oldest);
      this.#kept -= 1 + oldest.children.length;
      for (const each of [oldest, ...oldest.children]) {
        this.#jobs.delete(each.id);
        this.evicted(each);
      }
    }
  }
}
