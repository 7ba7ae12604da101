import type { JsonObject } from "../../functions/lib/job";
import type { KnownProcesses } from "../../functions/lib/submission";
import type { Process } from "./process";

/** What the functions that record jobs need to know of processes; plain values, for they become part of the code. */
export function knownProcesses(processes: readonly Process[]): KnownProcesses {
  return Object.fromEntries(
    processes.map(({ name, parameters, steps }) => [
      name,
      {
        parameters: JSON.parse(JSON.stringify(parameters)) as JsonObject,
        steps: steps.map((step) => step.name),
      },
    ]),
  );
}
