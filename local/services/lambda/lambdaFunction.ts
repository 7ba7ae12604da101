import { randomUUID } from "node:crypto";
import type { Account } from "../../account";
import type { Activity } from "../../activity";
import type { Clock } from "../../clock";
import type { Interruption } from "../../endpoint/faults/cloudFaults";
import type { RolePrincipal } from "../../iam/principal";
import type { Log } from "../../log";
import type { LogDestination } from "../logs/logWriter";
import { AwsError } from "../service";
import { workerEnvironment } from "./environment";
import { functionArn } from "./functionArn";
import type { FunctionInput } from "./functionInput";
import { answerOf, timeoutMessage, type InvocationResult } from "./invocation";
import { InvocationLog } from "./invocationLog";
import { WorkerPool } from "./workerPool";
import { WorkerProcess, type Ending } from "./workerProcess";

/** Workers of a function that reserves no concurrency; on AWS it would share a thousand with the others. */
const defaultConcurrency = 4;

/** Writes a line to CloudWatch Logs as the function's role. */
export type WriteLog = (destination: LogDestination, line: string) => void;

/** Replaces the places of a stack trace in an archive's files, which a hash names, by those in the sources. */
export type InSources = (archiveHash: string, text: string) => string;

export interface LambdaFunctionOptions {
  readonly account: Account;
  readonly clock: Clock;
  readonly log: Log;
  readonly input: FunctionInput;
  /** The folder with the archive's files. */
  readonly folder: string;
  /** The worker program. */
  readonly program: string;
  readonly environmentFor: (roleArn: string, functionName: string) => Record<string, string>;
  readonly writeLog?: WriteLog | undefined;
  readonly inSources?: InSources | undefined;
  /** Counts invocations. */
  readonly activity?: Activity | undefined;
  /** How an invocation that begins now is cut short. @default not at all */
  readonly interruption?: (() => Interruption | undefined) | undefined;
}

export interface InvokeOptions {
  /** JSON. */
  readonly event: string;
  /** Kept over the retries of an asynchronous invocation. */
  readonly requestId?: string;
  /** With the qualifier the caller gave. */
  readonly invokedArn?: string;
}

/** A deployed function, and the workers that run it. */
export class LambdaFunction {
  readonly arn: string;
  readonly lastModified: string;
  /** Who the function is when it calls AWS, and Lambda when it acts for the function. */
  readonly principal: RolePrincipal;
  readonly #pool: WorkerPool;
  /** Of the worker that was started last. */
  #destination: LogDestination | undefined;

  constructor(private readonly options: LambdaFunctionOptions) {
    const { account, clock, input, interruption } = options;
    this.arn = functionArn(account, input.name);
    this.lastModified = new Date(clock.now()).toISOString().replace("Z", "+0000");
    this.principal = sessionOf(input);
    this.#pool = new WorkerPool({
      ...{ clock, interruption },
      start: () => this.#startWorker(),
      limit: this.concurrency,
    });
  }

  get input(): FunctionInput {
    return this.options.input;
  }

  /** Invocations that can run at the same time. */
  get concurrency(): number {
    return this.input.reservedConcurrency ?? defaultConcurrency;
  }

  /** @throws AwsError TooManyRequestsException when the reserved concurrency is used up */
  refuseIfThrottled(): void {
    if (this.input.reservedConcurrency === undefined || !this.#pool.full) return;
    throw new AwsError("TooManyRequestsException", "Rate Exceeded.", 429);
  }

  /**
   * Invokes as soon as a worker is free; what the function itself does wrong is an answer.
   * @throws AwsError ServiceException when the local cloud stops first
   */
  invoke(options: InvokeOptions): Promise<InvocationResult> {
    const { activity } = this.options;
    return activity ? activity.during(() => this.#invoke(options)) : this.#invoke(options);
  }

  async #invoke(options: InvokeOptions): Promise<InvocationResult> {
    const { event, requestId = randomUUID(), invokedArn = this.arn } = options;
    const { timeoutSeconds, memoryMb } = this.input;
    const log = new InvocationLog(requestId, memoryMb, this.options.clock);
    const ending = await this.#pool.run({ requestId, invokedFunctionArn: invokedArn, event }, log);
    if (ending.kind === "timedOut") {
      const line = `${requestId} ${timeoutMessage(timeoutSeconds)}`;
      log.add(line);
      this.#print(line);
    }
    const logTail = log.end();
    if (this.#destination) this.options.writeLog?.(this.#destination, platformReport(requestId, ending));
    return { requestId, ...answerOf(ending, requestId, timeoutSeconds), logTail };
  }

  /** Kills the workers, and resolves when all have exited. */
  stop(): Promise<void> {
    return this.#pool.stop();
  }

  #print(line: string): void {
    const archive = this.input.environment["ARCHIVE_HASH"];
    const readable = archive === undefined ? line : (this.options.inSources?.(archive, line) ?? line);
    this.options.log(`[${this.input.name}] ${readable}`);
  }

  #startWorker(): WorkerProcess {
    const { account, clock, input, folder, program, environmentFor } = this.options;
    const day = new Date(clock.now()).toISOString().slice(0, 10).replaceAll("-", "/");
    const logStreamName = `${day}/[$LATEST]${randomUUID().replaceAll("-", "")}`;
    const access = environmentFor(input.roleArn, input.name);
    const environment = workerEnvironment({
      ...{ input, folder, access },
      region: account.region,
      logStream: logStreamName,
    });
    const logGroupName = input.logGroup;
    const destination =
      logGroupName === undefined ? undefined : { logGroupName, logStreamName, principal: this.principal };
    this.#destination = destination;
    return new WorkerProcess({
      ...{ program, folder, environment, clock },
      memoryMb: input.memoryMb,
      timeoutMilliseconds: input.timeoutSeconds * 1000,
      onLine: (line) => {
        this.#print(line);
        if (destination) this.options.writeLog?.(destination, line);
      },
    });
  }
}

/** The session of the role under which Lambda gives a function its credentials: it has the function's name. */
function sessionOf({ roleArn, name }: FunctionInput): RolePrincipal {
  const role = roleArn.slice(roleArn.lastIndexOf("/") + 1);
  const [, , , , accountId = ""] = roleArn.split(":");
  return { kind: "role", roleArn, arn: `arn:aws:sts::${accountId}:assumed-role/${role}/${name}` };
}

/** What Lambda itself writes of each invocation, in its JSON log format. */
function platformReport(requestId: string, { kind }: Ending): string {
  const status = { succeeded: "success", failed: "error", exited: "error", timedOut: "timeout" }[kind];
  return JSON.stringify({ type: "platform.report", record: { requestId, status } });
}
