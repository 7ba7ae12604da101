const measuredRounds = 3;

/** What rounds of the same work gave. */
export interface Rounds<Result> {
  /** Of processes that have just started: V8 compiles what they run often, and for thousands of requests. */
  readonly first: Result;
  readonly measured: readonly Result[];
}

/** Does the same work several times, one after another; the first time counts as warming up. */
export async function rounds<Result>(work: () => Promise<Result>): Promise<Rounds<Result>> {
  const first = await work();
  const measured: Result[] = [];
  for (let round = 0; round < measuredRounds; round++) measured.push(await work());
  return { first, measured };
}
