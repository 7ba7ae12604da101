import type { Clock } from "../../clock";
import { validation } from "./putEvents";

const units: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * The interval of a `rate(…)` expression, in milliseconds.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 * @throws AwsError for one that EventBridge refuses, and for `cron(…)`, which the local cloud does not have
 */
export function readRate(expression: string): number {
  if (/^cron\(.*\)$/.test(expression)) {
    throw validation(`the local cloud has no cron(...) schedules, only rate(...): ${expression}`);
  }
  const [, value = "", unit = "", plural] = /^rate\((\d+) (minute|hour|day)(s)?\)$/.exec(expression) ?? [];
  const length = units[unit];
  const wellFormed = Number(value) > 0 && (Number(value) === 1) === (plural === undefined);
  if (length === undefined || !wellFormed) throw validation("Parameter ScheduleExpression is not valid.");
  return Number(value) * length;
}

interface Timer {
  readonly cancel: () => void;
  readonly interval: number;
  /** In milliseconds since the epoch. */
  readonly due: number;
  /** Sets it to another time. */
  readonly arm: (due: number) => void;
}

/** When timers are due next. */
export type SavedTimes = readonly {
  readonly name: string;
  readonly interval: number;
  readonly due: number;
}[];

/** Timers that come back, one a name. */
export class Timetable {
  readonly #timers = new Map<string, Timer>();

  constructor(private readonly clock: Clock) {}

  /** Replaces what is scheduled under the name. */
  every(interval: number, name: string, callback: () => void): void {
    this.cancel(name);
    const arm = (due: number) => {
      const cancel = this.clock.after(Math.max(due - this.clock.now(), 0), () => {
        arm(this.clock.now() + interval);
        callback();
      });
      this.#timers.set(name, { cancel, interval, due, arm });
    };
    arm(this.clock.now() + interval);
  }

  save(): SavedTimes {
    return [...this.#timers].map(([name, { interval, due }]) => ({ name, interval, due }));
  }

  /**
   * What an earlier run had at the same interval goes on in its time; if that has passed, it is due at once, and only
   * once however often it was missed.
   */
  restore(times: SavedTimes): void {
    for (const { name, interval, due } of times) {
      const timer = this.#timers.get(name);
      if (timer?.interval !== interval) continue;
      timer.cancel();
      timer.arm(due);
    }
  }

  cancel(name: string): void {
    this.#timers.get(name)?.cancel();
    this.#timers.delete(name);
  }

  /** Nothing is called back any more; what is due when can still be saved. */
  stop(): void {
    for (const { cancel } of this.#timers.values()) cancel();
  }
}
