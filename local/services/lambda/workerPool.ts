import type { Clock } from "../../clock";
import type { Interruption } from "../../endpoint/faults/cloudFaults";
import { AwsError } from "../service";
import type { InvocationLog } from "./invocationLog";
import type { Ending, Invocation, WorkerProcess } from "./workerProcess";

interface Job {
  begin(worker: WorkerProcess): void;
  refuse(error: AwsError): void;
}

export interface WorkerPoolOptions {
  readonly start: () => WorkerProcess;
  /** Workers at the same time. */
  readonly limit: number;
  readonly clock: Clock;
  readonly interruption?: (() => Interruption | undefined) | undefined;
}

/** How long a worker without work is kept. */
const idleLimit = 5 * 60_000;

/** The workers of one function: started when invocations need them, reused, and ended when long idle. */
export class WorkerPool {
  readonly #workers = new Set<WorkerProcess>();
  /** Idle workers, the latest used last, each with what keeps it from being ended. */
  readonly #idle = new Map<WorkerProcess, () => void>();
  readonly #queue: Job[] = [];
  #stopped = false;

  constructor(private readonly options: WorkerPoolOptions) {}

  /** Whether a further invocation would have to wait. */
  get full(): boolean {
    return this.#idle.size === 0 && this.#workers.size >= this.options.limit;
  }

  /**
   * Carries an invocation out as soon as a worker is free.
   * @throws AwsError ServiceException when the local cloud stops before it began
   */
  async run(invocation: Invocation, log: InvocationLog): Promise<Ending> {
    const worker = await new Promise<WorkerProcess>((resolve, reject) => {
      this.#queue.push({ begin: resolve, refuse: reject });
      this.#assign();
    });
    log.begin();
    try {
      return await worker.invoke(invocation, (line) => log.add(line), this.options.interruption?.());
    } finally {
      this.#release(worker);
    }
  }

  /** Kills the workers, and resolves when all have exited. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const cancel of this.#idle.values()) cancel();
    this.#assign();
    for (const worker of this.#workers) worker.kill();
    await Promise.all([...this.#workers].map(({ exited }) => exited));
  }

  #assign(): void {
    for (let job = this.#queue[0]; job; job = this.#queue[0]) {
      if (!this.#stopped && this.full) return;
      this.#queue.shift();
      if (this.#stopped) job.refuse(new AwsError("ServiceException", "the local cloud is stopping", 500));
      else job.begin(this.#takeIdle() ?? this.#start());
    }
  }

  #takeIdle(): WorkerProcess | undefined {
    const latest = [...this.#idle.keys()].at(-1);
    if (!latest) return undefined;
    this.#idle.get(latest)?.();
    this.#idle.delete(latest);
    return latest;
  }

  #start(): WorkerProcess {
    const worker = this.options.start();
    this.#workers.add(worker);
    void worker.exited.then(() => this.#forget(worker));
    return worker;
  }

  #release(worker: WorkerProcess): void {
    if (!worker.usable) {
      worker.kill();
      return;
    }
    this.#idle.set(
      worker,
      this.options.clock.after(idleLimit, () => {
        this.#idle.delete(worker);
        worker.kill();
      }),
    );
    this.#assign();
  }

  #forget(worker: WorkerProcess): void {
    this.#idle.get(worker)?.();
    this.#idle.delete(worker);
    this.#workers.delete(worker);
    this.#assign();
  }
}
