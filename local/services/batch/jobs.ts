import { randomUUID } from "node:crypto";
import type { Account } from "../../account";
import type { Clock } from "../../clock";
import { batchArn } from "./arns";
import { dependenciesOf, outlook } from "./dependencies";
import { Job, type EndRequest } from "./job";
import type { JobStore } from "./jobStore";
import type { Lifecycle } from "./lifecycle";
import type { Scheduler } from "./scheduler";
import type { Submission } from "./submission";
import type { Tags } from "./tags";

export interface JobsOptions {
  readonly account: Account;
  readonly clock: Clock;
  readonly store: JobStore;
  readonly lifecycle: Lifecycle;
  readonly scheduler: Scheduler;
  readonly tags: Tags;
  /** Ends the attempt that a job is STARTING or RUNNING with. */
  terminate(job: Job): void;
}

/** Leads jobs from their submission to the queue, array jobs with their children, and ends them on request. */
export class Jobs {
  #sequence = 0;

  constructor(private readonly options: JobsOptions) {}

  /** The job is SUBMITTED; what follows happens after the caller has its answer. */
  submit(submission: Submission): Job {
    const job = this.#create(submission, randomUUID(), undefined);
    for (let index = 0; index < (submission.arraySize ?? 0); index += 1) {
      job.children.push(this.#create(submission, `${job.id}:${index}`, { parent: job, index }));
    }
    this.options.store.add(job);
    this.options.lifecycle.onEnd(job, () => this.options.store.ended(job));
    setImmediate(() => this.#begin(job));
    return job;
  }

  get sequence(): number {
    return this.#sequence;
  }

  /**
   * Goes on with jobs of an earlier run, parents before their children. An attempt that was under way has gone with its
   * container; it is made again, and not counted.
   */
  restore(jobs: readonly Job[], sequence: number): void {
    this.#sequence = sequence;
    const { store, lifecycle } = this.options;
    for (const job of jobs) {
      store.add(job);
      lifecycle.onEnd(job, () => store.ended(job));
      setImmediate(() => this.#resume(job));
    }
  }

  #resume(job: Job): void {
    if (job.ended || !this.options.lifecycle.open) return;
    if (job.status === "SUBMITTED") return this.#begin(job);
    if (job.children.length > 0) this.#endWithChildren(job);
    for (const each of [job, ...job.children]) if (!each.ended) this.#takeUp(each);
  }

  #takeUp(job: Job): void {
    if (job.status === "PENDING") return this.#await(job);
    job.container = {};
    job.startedAt = undefined;
    if (job.endRequest) this.options.lifecycle.move(job, "FAILED", job.endRequest.reason);
    else this.options.scheduler.enqueue(job);
  }

  /**
   * CancelJob and TerminateJob: a job that is not STARTING yet fails, one PENDING only when its dependencies have ended;
   * later, only TerminateJob has an effect. The children of an array job are ended, and the array job with them.
   */
  end(job: Job, request: EndRequest): void {
    if (job.ended) return;
    const begun = job.status === "STARTING" || job.status === "RUNNING";
    if (begun && request.kind === "CANCEL") return;
    job.endRequest = request;
    if (job.children.length > 0) {
      for (const child of job.children) this.end(child, request);
    } else if (begun) {
      this.options.terminate(job);
    } else if (job.status === "RUNNABLE") {
      this.options.scheduler.remove(job);
      this.options.lifecycle.move(job, "FAILED", request.reason);
    }
  }

  #create(submission: Submission, id: string, member: Job["member"]): Job {
    const { account, clock, tags } = this.options;
    this.#sequence += 1;
    const arn = batchArn(account, "job", id);
    tags.begin(arn, submission.tags);
    return new Job({ id, arn, submission, createdAt: clock.now(), sequence: this.#sequence, member });
  }

  #begin(job: Job): void {
    const { lifecycle } = this.options;
    if (!lifecycle.open) return;
    const { failure } = job.submission;
    if (failure !== undefined) {
      for (const each of [...job.children, job]) lifecycle.move(each, "FAILED", failure);
      return;
    }
    this.#await(job);
    if (job.children.length === 0) return;
    this.#endWithChildren(job);
    for (const child of job.children) {
      // A child begins its life PENDING: that is no change of its status.
      child.status = "PENDING";
      this.#await(child);
    }
  }

  #await(job: Job): void {
    const dependencies = dependenciesOf(job);
    for (const dependency of dependencies) {
      if (!dependency.ended) this.options.lifecycle.onEnd(dependency, () => this.#proceed(job, dependencies));
    }
    this.#proceed(job, dependencies);
  }

  #proceed(job: Job, dependencies: readonly Job[]): void {
    const { lifecycle, scheduler } = this.options;
    if (job.status !== "SUBMITTED" && job.status !== "PENDING") return;
    const found = outlook(dependencies);
    if (found === "failed") {
      lifecycle.move(job, "FAILED", job.endRequest?.reason ?? "Dependent Job failed");
    } else if (found === "open") {
      if (job.status === "SUBMITTED") lifecycle.move(job, "PENDING");
    } else if (job.children.length > 0) {
      // Its children are what runs.
    } else if (job.endRequest) {
      lifecycle.move(job, "FAILED", job.endRequest.reason);
    } else {
      const parent = job.member?.parent;
      if (parent?.status === "SUBMITTED") lifecycle.move(parent, "PENDING");
      scheduler.enqueue(job);
    }
  }

  /** An array job ends with the last of its children, and fails if one did. */
  #endWithChildren(parent: Job): void {
    const { lifecycle } = this.options;
    let open = parent.children.filter((child) => !child.ended).length;
    const ended = () => {
      open -= 1;
      if (open > 0) return;
      if (parent.children.every(({ status }) => status === "SUCCEEDED")) lifecycle.move(parent, "SUCCEEDED");
      else lifecycle.move(parent, "FAILED", parent.endRequest?.reason ?? "Array Child Job failed");
    };
    for (const child of parent.children) if (!child.ended) lifecycle.onEnd(child, ended);
  }
}
