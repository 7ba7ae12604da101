import { setTimeout } from "node:timers/promises";

/** Between two looks, in milliseconds: long enough for what one piece of work sets off to have begun. */
const interval = 10;

/** Takes part in work from its beginning to its end. */
export interface Counted {
  during<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** Counts the work that is under way, so that it can be waited for. */
export class Activity implements Counted {
  #underWay = 0;

  /** Counts `work` until it has ended, however it ends. */
  async during<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#underWay += 1;
    try {
      return await work();
    } finally {
      this.#underWay -= 1;
    }
  }

  /** Waits until nothing is under way twice in a row. @param limit milliseconds to wait at most @returns whether it is so */
  async settled(limit: number): Promise<boolean> {
    const deadline = Date.now() + limit;
    let quiet = 0;
    while (quiet < 2) {
      if (Date.now() > deadline) return this.#underWay === 0;
      await setTimeout(interval);
      quiet = this.#underWay === 0 ? quiet + 1 : 0;
    }
    return true;
  }
}
