/** What is passed before work begins. */
export interface Passage {
  /** Whether work may begin at once. */
  readonly open: boolean;
  /** Resolves when work may begin, or when the signal aborts. */
  passed(signal?: AbortSignal): Promise<void>;
}

/** Where work waits that must not begin while the local cloud starts or stops. */
export class Gate implements Passage {
  readonly #waiting = new Set<() => void>();
  #open: boolean;

  /** @param open @default true */
  constructor(open = true) {
    this.#open = open;
  }

  get open(): boolean {
    return this.#open;
  }

  hold(): void {
    this.#open = false;
  }

  release(): void {
    this.#open = true;
    for (const pass of [...this.#waiting]) pass();
  }

  /** Resolves when the gate is open, or when the signal aborts. */
  passed(signal?: AbortSignal): Promise<void> {
    if (this.#open || signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const pass = () => {
        this.#waiting.delete(pass);
        signal?.removeEventListener("abort", pass);
        resolve();
      };
      this.#waiting.add(pass);
      signal?.addEventListener("abort", pass);
    });
  }
}
