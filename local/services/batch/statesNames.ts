import type { JsonObject } from "../jsonProtocol";

/** Members whose own members are the caller's names, not the API's. */
const maps = new Set(["parameters", "tags", "options", "statusSummary"]);

/** Step Functions' `JobName` as the API has it: `jobName`. */
export function toApi(value: unknown): unknown {
  return renamed(value, (name) => name.charAt(0).toLowerCase() + name.slice(1));
}

/** The API's `jobName` as Step Functions has it: `JobName`, members in the order of their names. */
export function toStates(value: unknown): unknown {
  return renamed(value, (name) => name.charAt(0).toUpperCase() + name.slice(1), true);
}

function renamed(value: unknown, rename: (name: string) => string, sorted = false): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename, sorted));
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value as JsonObject).map(([name, member]) => {
    const kept = maps.has(name.charAt(0).toLowerCase() + name.slice(1));
    return [rename(name), kept ? member : renamed(member, rename, sorted)] as const;
  });
  if (sorted) members.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members);
}
