import type { HandoffRecord, JobRecord, Json, StepRecord } from "./job";
import { describeJobError } from "./jobError";
import type { OutputLinks } from "./outputLinks";

/**
 * A job as callers see it: all but the task token and what only functions need, and the result and error made readable.
 * @param outputs links to what it left, if it left anything
 */
export function jobView(job: JobRecord, self: string, outputs?: OutputLinks): Json {
  const { handoff, result, error, parameters, steps, ...facts } = job;
  return JSON.parse(
    JSON.stringify({
      ...facts,
      expiresAt: undefined,
      payloadHash: undefined,
      delivery: undefined,
      tags: undefined,
      parameters: JSON.parse(parameters) as Json,
      steps: Object.fromEntries(Object.entries(steps).map(([name, step]) => [name, stepView(step)])),
      handoff: handoff && withoutToken(handoff),
      result: result === undefined ? undefined : (JSON.parse(result) as Json),
      error: error && describeJobError(error),
      outputs,
      links: { self },
    }),
  ) as Json;
}

function stepView(step: StepRecord): StepRecord {
  const { detail } = step;
  return typeof detail === "string" ? { ...step, detail: JSON.parse(detail) as Json } : step;
}

function withoutToken(handoff: HandoffRecord) {
  return { ...handoff, token: undefined, room: undefined };
}
