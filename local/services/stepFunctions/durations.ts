import { isTimestamp } from "./language/choice";
import { requirePath } from "./language/paths";
import { runtimeError } from "./language/statesError";
import type { Step } from "./step";

/** When a Wait state ends, in milliseconds since the epoch. @throws StatesError States.Runtime */
export function waitsUntil(step: Step): number {
  const { Seconds, SecondsPath, Timestamp, TimestampPath } = step.state;
  const { time: entered } = step.entered;
  if (Seconds !== undefined) return entered + Seconds * 1000;
  if (SecondsPath !== undefined) return entered + secondsAt(step, "SecondsPath", 0) * 1000;
  return Date.parse(Timestamp ?? timestampAt(step, TimestampPath ?? ""));
}

/** The seconds that a Task state declares, as a number or by a path; undefined when it does not. @throws StatesError States.Runtime */
export function taskSeconds(step: Step, field: "TimeoutSeconds" | "HeartbeatSeconds"): number | undefined {
  return step.state[`${field}Path`] === undefined ? step.state[field] : secondsAt(step, `${field}Path`, 1);
}

type SecondsField = "SecondsPath" | "TimeoutSecondsPath" | "HeartbeatSecondsPath";

function secondsAt(step: Step, field: SecondsField, least: number): number {
  return step.evaluate(() => {
    const path = step.state[field] ?? "";
    const value = requirePath(path, step.selectedInput(), step.context);
    if (Number.isSafeInteger(value) && Number(value) >= least) return Number(value);
    throw runtimeError(
      `The ${field} parameter cannot be parsed as a long value: ${path} == ${JSON.stringify(value)}`,
    );
  });
}

function timestampAt(step: Step, path: string): string {
  return step.evaluate(() => {
    const value = requirePath(path, step.selectedInput(), step.context);
    if (isTimestamp(value)) return value;
    throw runtimeError(
      `The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: ${path} == ${String(value)}`,
    );
  });
}
