import type { HandoffRecord, JobRecord, Json } from "./job";
import { describeJobError } from "./jobError";

/** A job as callers see it: all but the task token, and the result and error made readable. */
export function jobView(job: JobRecord, self: string): Json {
  const { handoff, result, error, ...facts } = job;
  return JSON.parse(
    JSON.stringify({
      ...facts,
      expiresAt: undefined,
      handoff: handoff && withoutToken(handoff),
      result: result === undefined ? undefined : (JSON.parse(result) as Json),
      error: error && describeJobError(error),
      links: { self },
    }),
  ) as Json;
}

function withoutToken(handoff: HandoffRecord) {
  return { ...handoff, token: undefined };
}
