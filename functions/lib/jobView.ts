import type { AnswerLink } from "./answerLinks";
import type { HandoffRecord, JobRecord, Json, StepRecord } from "./job";
import { describeJobError } from "./jobError";
import type { OutputLinks } from "./outputLinks";
import { shownStatus } from "./shownStatus";
import type { Timeline } from "./timeline/timeline";

/** What a job shows beside what its record has. */
export interface Additions {
  /** Links to what it left, if it left anything. */
  readonly outputs?: OutputLinks | undefined;
  /** Links to answers that went by reference, by step. */
  readonly answers?: Readonly<Record<string, AnswerLink>> | undefined;
  /** What its steps did when, for who asks for it. */
  readonly timeline?: Timeline | undefined;
}

/** A job as callers see it: all but the task token and what only functions need, and the result and error made readable. */
export function jobView(job: JobRecord, self: string, { answers = {}, ...additions }: Additions = {}): Json {
  const { handoff, result, error, parameters, steps, ...facts } = job;
  return JSON.parse(
    JSON.stringify({
      ...facts,
      expiresAt: undefined,
      payloadHash: undefined,
      delivery: undefined,
      tags: undefined,
      parameters: JSON.parse(parameters) as Json,
      steps: Object.fromEntries(
        Object.entries(steps).map(([name, step]) => [name, stepView(job, step, answers[name])]),
      ),
      handoff: handoff && withoutToken(handoff),
      result: result === undefined ? undefined : (JSON.parse(result) as Json),
      error: error && describeJobError(error),
      outputs: undefined,
      ...additions,
      links: { self },
    }),
  ) as Json;
}

function stepView(job: JobRecord, step: StepRecord, link: AnswerLink | undefined) {
  const { detail, answer } = step;
  const read = typeof detail === "string" ? { detail: JSON.parse(detail) as Json } : {};
  const linked = answer?.reference && { answer: { ...answer, reference: { ...answer.reference, ...link } } };
  return { ...step, status: shownStatus(job, step), ...read, ...linked };
}

function withoutToken(handoff: HandoffRecord) {
  return { ...handoff, token: undefined, room: undefined, largeResults: undefined };
}
