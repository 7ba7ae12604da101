import type { Decided } from "../../local/iam/authorizer";
import { awaited, type Awaited, type Counts } from "./protocol";

/** Counts what AWS would bill, from what the local cloud says of itself. */
export class Counter {
  readonly #requests: Record<string, number> = {};
  #logBytes = 0;

  /** @param onJob hears of each line about a job that is awaited */
  constructor(private readonly onJob: (message: Awaited, jobId: string) => void) {}

  /** A line of the local cloud's log; those of a function begin with its name. */
  line(line: string): void {
    const [, json] = /^\[[^\]]+\] (\{.*)$/s.exec(line) ?? [];
    if (json === undefined) return;
    this.#logBytes += Buffer.byteLength(json);
    // Few lines are awaited; the others need not be read.
    const message = awaited.find((text) => json.includes(`"${text}"`));
    if (message === undefined) return;
    const { message: said, jobId } = JSON.parse(json) as { message?: unknown; jobId?: unknown };
    if (said === message && typeof jobId === "string") this.onJob(message, jobId);
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
