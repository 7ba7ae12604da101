/** How often work is done in all. */
export const roundCount = 4;

/** What rounds of the same work gave. */
export interface Rounds<Result> {
  /** Of processes that have just started: V8 compiles what they run often, and for thousands of requests. */
  readonly first: Result;
  readonly measured: readonly Result[];
}

/**
 * Does the same work several times, one after another; the first time is for warming up.
 * @param work is given the number of the round, from 0 on
 */
export async function rounds<Result>(
  work: (round: number) => Result | Promise<Result>,
): Promise<Rounds<Result>> {
  const first = await work(0);
  const measured: Result[] = [];
  for (let round = 1; round < roundCount; round++) measured.push(await work(round));
  return { first, measured };
}
