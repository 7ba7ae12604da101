/** Runs tasks, and only so many at once. */
export interface Pool {
  /** Begins a task once there is a place for it. @throws when one before has failed, as `settle` does */
  begin(task: () => Promise<void>): Promise<void>;
  /** Resolves when all tasks have ended. @throws what one of them threw; an AggregateError if it was several */
  settle(): Promise<void>;
}

export function createPool(atOnce: number): Pool {
  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];

  const settle = async (): Promise<void> => {
    await Promise.all(running);
    if (failures.length > 1) throw new AggregateError(failures, failures.map(messageOf).join("; "));
    if (failures.length > 0) throw failures[0];
  };

  const begin = async (task: () => Promise<void>): Promise<void> => {
    while (running.size >= atOnce) await Promise.race(running);
    if (failures.length > 0) await settle();
    const run: Promise<void> = task()
      .catch((error: unknown) => void failures.push(error))
      .finally(() => running.delete(run));
    running.add(run);
  };
  return { begin, settle };
}

/** What an error says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
