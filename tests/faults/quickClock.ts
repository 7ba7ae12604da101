import { systemClock, type Clock } from "../../local/clock";

/** Waits of a minute and more pass ten times as fast: those of Lambda between its tries, and of schedules. */
const [long, factor] = [60_000, 10];

/** A clock on which nobody waits for minutes. What time it is stays true, since functions have clocks of their own. */
export const quickClock: Clock = {
  now: () => systemClock.now(),
  after: (milliseconds, callback) =>
    systemClock.after(milliseconds < long ? milliseconds : milliseconds / factor, callback),
};
