import type { HistoryEvent } from "../history";

const data = new Set(["input", "inputDetails", "output", "outputDetails"]);

/** An event on the wire; without its data when the caller does not want it. */
export function historyItem({ timestamp, ...event }: HistoryEvent, includeData: boolean): object {
  const fields: [string, unknown][] = Object.entries(event);
  const shown = includeData ? fields : fields.map(([name, value]) => [name, withoutData(value)] as const);
  return { timestamp: timestamp / 1000, ...Object.fromEntries(shown) };
}

function withoutData(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => !data.has(name)));
}
