import { availableParallelism } from "node:os";
import type { Account } from "../../account";
import type { Clock } from "../../clock";
import type { Log } from "../../log";
import type { JsonObject } from "../jsonProtocol";
import type { Service } from "../service";
import type { TagSource } from "../tagging/resources";
import type { Stateful } from "../../data/stateful";
import { batchState } from "./batchState";
import { ComputeEnvironments } from "./computeEnvironments";
import type { ContainerRuntime } from "./container/container";
import { dockerAnswers, dockerRuntime } from "./container/dockerRuntime";
import { processRuntime } from "./container/processRuntime";
import { JobDefinitions } from "./jobDefinitions";
import { jobDetail } from "./jobDetail";
import { jobEvent, type JobEvent } from "./jobEvent";
import { JobQueues } from "./jobQueues";
import { Jobs } from "./jobs";
import { JobStore } from "./jobStore";
import { Lifecycle } from "./lifecycle";
import { LogStreams, type LogEvent } from "./logStreams";
import { batchRoutes } from "./operations";
import { Runner } from "./runner";
import { Scheduler } from "./scheduler";
import { Tags } from "./tags";
import { batchService } from "./wire";

export type { JobEvent } from "./jobEvent";
export type { LogEvent } from "./logStreams";

export interface BatchOptions {
  readonly account: Account;
  readonly clock: Clock;
  readonly log: Log;
  /** Gets "Batch Job State Change" whenever the status of a job changes; its submission is no change. */
  emit(event: JobEvent): void;
  /** What a job's role gives its containers: `AWS_ACCESS_KEY_ID` and its like, `AWS_ENDPOINT_URL`. */
  environmentFor(jobRoleArn: string | undefined, jobId: string): Record<string, string>;
  /** Between SIGTERM and SIGKILL. @default 30 seconds, as on Fargate */
  readonly stopTimeoutMilliseconds?: number;
  /** Virtual CPUs that jobs have together on this machine. @default all */
  readonly machineVcpus?: number;
  /** The program that runs containers if its engine answers; undefined for child processes always. @default "docker" */
  readonly docker?: string | undefined;
  /** How many jobs that ended are kept. @default 20,000 */
  readonly keptJobs?: number;
}

/** Batch of the local cloud, on Fargate. Resources are made with the inputs of the API and refused with its errors. */
export interface Batch extends Stateful {
  /** REST-JSON, signing name `batch`. */
  readonly service: Service;
  readonly tags: TagSource;
  createComputeEnvironment(input: JsonObject): { arn: string };
  createJobQueue(input: JsonObject): { arn: string };
  /** The ARN has the new revision. */
  registerJobDefinition(input: JsonObject): { arn: string };
  /** The newest lines that a container wrote, by `container.logStreamName`. */
  logOf(logStreamName: string): readonly LogEvent[] | undefined;
  /** Calls back once when a job has ended, at once if it has or is unknown; returns what forgets the listener. */
  onEnd(jobId: string, listener: () => void): () => void;
  /** Kills every container and waits for its exit; jobs stay where they are, and no event comes any more. */
  stop(): Promise<void>;
}

export function createBatch(options: BatchOptions): Batch {
  const { account } = options;
  const tags = new Tags();
  const computeEnvironments = new ComputeEnvironments(account, tags);
  const queues = new JobQueues(account, tags, computeEnvironments);
  const definitions = new JobDefinitions(account, tags);
  const engine = createEngine(options, tags);
  const { jobs, store, lifecycle, logStreams, stop } = engine;
  const state = batchState({ queues, store, jobs, tags, logStreams });
  const resources = { account, computeEnvironments, queues, definitions };
  const routes = batchRoutes({ ...resources, store, jobs, tags });
  return {
    service: { ...batchService(routes), stop },
    tags,
    createComputeEnvironment: (input) => ({ arn: computeEnvironments.create(input) }),
    createJobQueue: (input) => ({ arn: queues.create(input) }),
    registerJobDefinition: (input) => ({ arn: definitions.register(input) }),
    logOf: (logStreamName) => logStreams.read(logStreamName),
    onEnd(jobId, listener) {
      const job = store.find(jobId);
      if (job) return lifecycle.onEnd(job, listener);
      listener();
      return () => undefined;
    },
    stop,
    ...state,
  };
}

/** What brings jobs from their submission to their end. */
function createEngine(options: BatchOptions, tags: Tags) {
  const { account, clock, log, keptJobs = 20_000, stopTimeoutMilliseconds = 30_000 } = options;
  const logStreams = new LogStreams();
  const store = new JobStore(keptJobs, ({ arn }) => tags.end(arn));
  const lifecycle = new Lifecycle({
    now: () => clock.now(),
    changed: (job) => options.emit(jobEvent(account, jobDetail(job, tags.of(job.arn)), clock.now())),
  });
  const runner: Runner = new Runner({
    account,
    clock,
    log,
    lifecycle,
    logStreams,
    stopTimeoutMilliseconds,
    runtime: runtimeOf(options),
    environmentFor: (jobRoleArn, jobId) => options.environmentFor(jobRoleArn, jobId),
    retry: (job) => scheduler.enqueue(job),
  });
  const scheduler = new Scheduler({
    clock,
    lifecycle,
    machineVcpus: options.machineVcpus ?? availableParallelism(),
    run: (job, environment) => runner.run(job, environment),
  });
  const terminate = (job: Parameters<Runner["terminate"]>[0]) => runner.terminate(job);
  const jobs = new Jobs({ account, clock, store, lifecycle, scheduler, tags, terminate });
  const stop = async () => {
    lifecycle.close();
    scheduler.stop();
    await runner.stop();
  };
  return { jobs, store, lifecycle, logStreams, stop };
}

/** Whether there is an engine is asked once, when the first job starts. */
function runtimeOf(options: BatchOptions): () => Promise<ContainerRuntime> {
  const { clock, log } = options;
  const docker = "docker" in options ? options.docker : "docker";
  const detect = async () =>
    docker !== undefined && (await dockerAnswers(docker))
      ? dockerRuntime(docker, log)
      : processRuntime(clock);
  let detected: Promise<ContainerRuntime> | undefined;
  return () => (detected ??= detect());
}
