import { setTimeout as wait } from "node:timers/promises";
import { isTerminal } from "../../functions/lib/job";
import type { Caller } from "./caller";
import type { AcceptedJob, Change } from "./evidence";
import type { History } from "./history";
import type { Partner } from "./partner";
import type { PlannedJob } from "./plan";

/** Jobs that are under way at the same time. */
const atOnce = 120;

export interface Driver {
  readonly accepted: readonly AcceptedJob[];
  readonly answeredTwice: readonly { readonly job: PlannedJob; readonly jobIds: readonly string[] }[];
  /** How many people still have something to do. */
  readonly acting: number;
}

/** Asks for the planned jobs and lets everybody do their part, until the last was asked for. */
export class Drive implements Driver {
  readonly accepted: AcceptedJob[] = [];
  readonly answeredTwice: { job: PlannedJob; jobIds: string[] }[] = [];
  /** What somebody did in vain, although they tried again and again. */
  readonly failures: string[] = [];
  readonly #acting = new Set<Promise<void>>();
  readonly #open = new Set<string>();

  constructor(
    private readonly caller: Caller,
    private readonly partner: Partner,
    private readonly history: History,
  ) {}

  get acting(): number {
    return this.#acting.size;
  }

  /** @param onSubmitted is told how many jobs were asked for */
  async submit(plan: readonly PlannedJob[], onSubmitted: (count: number) => void): Promise<void> {
    let next = 0;
    const ask = async () => {
      for (let job = plan[next++]; job; job = plan[next++]) {
        while (this.#open.size >= atOnce) await wait(20);
        await this.#submit(job);
        onSubmitted(this.accepted.length);
      }
    };
    await Promise.all(Array.from({ length: 8 }, ask));
  }

  async #submit(job: PlannedJob): Promise<void> {
    try {
      const jobIds = await this.caller.submit(job);
      if (jobIds.length > 1) this.answeredTwice.push({ job, jobIds });
      const [jobId = ""] = jobIds;
      const accepted = { ...job, jobId };
      this.accepted.push(accepted);
      this.#open.add(jobId);
      if (job.partner === "early") this.#act(accepted, this.partner.answerEarly(accepted));
      if (job.cancelAfter !== undefined) this.#act(accepted, this.#cancel(accepted, job.cancelAfter));
      this.#follow(accepted);
    } catch (error) {
      this.failures.push(`job ${job.index} was not accepted: ${String(error)}`);
    }
  }

  /** Does what the planned people do when the job changes. */
  #follow(job: AcceptedJob): void {
    const asked = new Set<string>();
    const done = { late: false, redriven: false };
    this.history.follow(job.jobId, ({ before, after }: Change) => {
      const { handoff, status } = after;
      if (isTerminal(status)) this.#open.delete(job.jobId);
      const question = handoff && `${handoff.step} ${handoff.requestedAt}`;
      if (status === "WAITING" && handoff && question !== undefined && !asked.has(question)) {
        asked.add(question);
        this.#act(job, this.partner.answer(job, handoff, done.redriven ? "prompt" : job.partner));
      }
      if (!isTerminal(status) || (before && isTerminal(before.status))) return;
      if (job.partner === "late" && handoff && !done.late) {
        done.late = true;
        this.#act(job, this.partner.answerLate(job, handoff));
      }
      const redrivable = status === "FAILED" || status === "TIMED_OUT";
      if (redrivable && job.redriven && job.route === "api" && !done.redriven) {
        done.redriven = true;
        this.#act(job, this.caller.change(job.jobId, "redrive"));
      }
    });
  }

  async #cancel({ jobId }: AcceptedJob, after: number): Promise<void> {
    await wait(after);
    await this.caller.change(jobId, "cancel");
  }

  #act({ index }: AcceptedJob, action: Promise<unknown>): void {
    const acting: Promise<void> = action
      .then(() => undefined)
      .catch((error: unknown) => void this.failures.push(`job ${index}: ${String(error)}`))
      .finally(() => this.#acting.delete(acting));
    this.#acting.add(acting);
  }
}
