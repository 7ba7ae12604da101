import type { Decided } from "../../local/iam/authorizer";
import type { Counts } from "./protocol";

/** Counts what AWS would bill, from what the local cloud says of itself. */
export class Counter {
  readonly #requests: Record<string, number> = {};
  #logBytes = 0;

  /** @param onJob hears of each line that a function logs about a job */
  constructor(private readonly onJob: (message: string, jobId: string) => void) {}

  /** A line of the local cloud's log; those of a function begin with its name. */
  line(line: string): void {
    const [, json] = /^\[[^\]]+\] (\{.*)$/s.exec(line) ?? [];
    if (json === undefined) return;
    this.#logBytes += Buffer.byteLength(json);
    const { message, jobId } = JSON.parse(json) as { message?: unknown; jobId?: unknown };
    if (typeof message === "string" && typeof jobId === "string") this.onJob(message, jobId);
  }

  decided({ request, decision }: Decided): void {
    if (decision.effect !== "allow") return;
    const { action } = request;
    this.#requests[action] = (this.#requests[action] ?? 0) + 1;
  }

  counts(): Counts {
    return { requests: { ...this.#requests }, logBytes: this.#logBytes };
  }
}
