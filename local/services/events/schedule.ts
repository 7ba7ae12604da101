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

/** Timers that come back, one a name. */
export class Timetable {
  readonly #cancels = new Map<string, () => void>();

  constructor(private readonly clock: Clock) {}

  /** Replaces what is scheduled under the name. */
  every(interval: number, name: string, callback: () => void): void {
    this.cancel(name);
    const arm = () => {
      const cancel = this.clock.after(interval, () => {
        arm();
        callback();
      });
      this.#cancels.set(name, cancel);
    };
    arm();
  }

  cancel(name: string): void {
    this.#cancels.get(name)?.();
    this.#cancels.delete(name);
  }

  stop(): void {
    for (const name of [...this.#cancels.keys()]) this.cancel(name);
  }
}
