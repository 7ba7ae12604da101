/** Work about the same thing is done in the order in which it is asked for, everything else at the same time. */
export type Turns = <Result>(about: string, work: () => Promise<Result>) => Promise<Result>;

/** For one batch: whatever was asked for before is remembered until the end. Work that failed does not keep the next from its turn. */
export function takeTurns(): Turns {
  const last = new Map<string, Promise<unknown>>();
  return (about, work) => {
    const before = last.get(about) ?? Promise.resolve();
    const turn = before.then(work, work);
    last.set(about, turn);
    return turn;
  };
}
