import type { Clock } from "../../clock";

const tailLimit = 4096;

/** What one invocation writes, with the lines that Lambda adds, as far as `LogType: Tail` shows it. */
export class InvocationLog {
  #text = "";
  #begun: number;

  constructor(
    private readonly requestId: string,
    private readonly memoryMb: number,
    private readonly clock: Clock,
  ) {
    this.#begun = clock.now();
  }

  /** Called when a worker takes the invocation on. */
  begin(): void {
    this.#begun = this.clock.now();
    this.add(`START RequestId: ${this.requestId} Version: $LATEST`);
  }

  add(line: string): void {
    this.#text = `${this.#text}${line}\n`.slice(-tailLimit);
  }

  /** The last 4 KB, with the report of an invocation that ends now. */
  end(): string {
    const duration = this.clock.now() - this.#begun;
    this.add(`END RequestId: ${this.requestId}`);
    this.add(
      `REPORT RequestId: ${this.requestId}\tDuration: ${duration.toFixed(2)} ms\tBilled Duration: ${Math.ceil(duration)} ms\tMemory Size: ${this.memoryMb} MB\t`,
    );
    return Buffer.from(this.#text).subarray(-tailLimit).toString();
  }
}
