import { randomUUID } from "node:crypto";
import type { Account } from "../../account";
import type { Clock } from "../../clock";
import type { Log } from "../../log";
import { ecsArn } from "./arns";
import { JobAttempt, type AttemptResult } from "./attempt";
import type { ComputeEnvironment } from "./computeEnvironments";
import type { ContainerRuntime } from "./container/container";
import { containerSpec } from "./containerSpec";
import type { Job } from "./job";
import type { Lifecycle } from "./lifecycle";
import type { LogStreams } from "./logStreams";
import { retries } from "./retryStrategy";

export interface RunnerOptions {
  readonly account: Account;
  readonly clock: Clock;
  readonly log: Log;
  readonly lifecycle: Lifecycle;
  readonly logStreams: LogStreams;
  readonly runtime: () => Promise<ContainerRuntime>;
  readonly stopTimeoutMilliseconds: number;
  readonly environmentFor: (jobRoleArn: string | undefined, jobId: string) => Record<string, string>;
  /** Queues a job for another attempt. */
  readonly retry: (job: Job) => void;
}

/** Makes attempts at jobs, and records how they ended. */
export class Runner {
  readonly #attempts = new Map<Job, JobAttempt>();
  readonly #running = new Set<Promise<void>>();

  constructor(private readonly options: RunnerOptions) {}

  /** Makes an attempt; never rejected: what goes wrong here fails the job. */
  run(job: Job, environment: ComputeEnvironment): Promise<void> {
    const taskId = randomUUID().replaceAll("-", "");
    job.container = { taskArn: ecsArn(this.options.account, `task/${environment.cluster}/${taskId}`) };
    this.options.lifecycle.move(job, "STARTING");
    const logStreamName = `${job.submission.definition.name}/default/${taskId}`;
    const running = this.#attempt(job, environment, logStreamName)
      .catch((error: unknown) => this.#failure(job, error))
      .then((result) => {
        this.#attempts.delete(job);
        this.#record(job, result);
      })
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
    return running;
  }

  /** Ends the attempt at a job that is STARTING or RUNNING, for the reason that the request gives. */
  terminate(job: Job): void {
    this.#attempts.get(job)?.end(job.endRequest?.reason ?? "");
  }

  /** Kills every container and waits for their exit. */
  async stop(): Promise<void> {
    for (const attempt of this.#attempts.values()) attempt.kill();
    await Promise.all(this.#running);
  }

  async #attempt(job: Job, environment: ComputeEnvironment, logStreamName: string): Promise<AttemptResult> {
    const { clock, log, lifecycle, logStreams, environmentFor, runtime, stopTimeoutMilliseconds } =
      this.options;
    const { submission } = job;
    const credentials = environmentFor(submission.container.jobRoleArn, job.id);
    const spec = containerSpec(job, environment, credentials, (line) => {
      logStreams.append(logStreamName, { timestamp: clock.now(), message: line });
      log(`batch ${submission.jobName}: ${line}`);
    });
    const started = () => {
      job.startedAt = clock.now();
      job.container.logStreamName = logStreamName;
      lifecycle.move(job, "RUNNING");
    };
    log(`batch ${submission.jobName}: starts ${job.id}, image ${spec.image}`);
    const attempt = new JobAttempt({
      spec,
      clock,
      started,
      runtime,
      stopTimeoutMilliseconds,
      timeoutSeconds: submission.timeoutSeconds,
    });
    this.#attempts.set(job, attempt);
    return attempt.run();
  }

  #failure(job: Job, error: unknown): AttemptResult {
    const detail = error instanceof Error ? error.stack : undefined;
    this.options.log(`batch ${job.submission.jobName}: ${detail ?? String(error)}`);
    return { exit: { reason: String(error) }, statusReason: "Task failed to start", final: true };
  }

  #record(job: Job, { exit, statusReason, final }: AttemptResult): void {
    const { lifecycle, clock, log, retry } = this.options;
    if (!lifecycle.open) return;
    const { exitCode, reason } = exit;
    if (exitCode !== undefined) job.container.exitCode = exitCode;
    if (reason !== undefined) job.container.reason = reason.slice(0, 255);
    const { container, startedAt } = job;
    job.attempts.push({ container, startedAt, stoppedAt: clock.now(), statusReason });
    log(
      `batch ${job.submission.jobName}: ended ${job.id}, exit code ${exitCode ?? "none"}, ${reason ?? statusReason}`,
    );
    if (exitCode === 0 && !final) return lifecycle.move(job, "SUCCEEDED", statusReason);
    const failure = { statusReason, reason, exitCode };
    if (final || !retries(job.submission.retryStrategy, job.attempts.length, failure)) {
      return lifecycle.move(job, "FAILED", statusReason);
    }
    job.container = {};
    job.startedAt = undefined;
    retry(job);
  }
}
