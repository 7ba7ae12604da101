import type { Json } from "../job";
import type { Problem, Violation } from "../problem";

/** What a platform says when a job of its own has changed. */
export interface PlatformEvent {
  /** The platform's id of its job. */
  readonly id: string;
  readonly event: string;
  readonly msg?: string;
}

const idLimit = 256;
const eventLimit = 128;
const messageLimit = 4_096;

/** Reads the body of `POST /job-complete`; members that are not known are passed over, for platforms add some. */
export function parsePlatformEvent(body: string): PlatformEvent | Problem {
  const value = parseJson(body);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { status: 400, title: "Bad Request", detail: "The body is not a JSON object." };
  }
  const { id, event, msg } = value as { readonly [key: string]: Json };
  const errors = [
    ...textViolations("/id", id, idLimit),
    ...textViolations("/event", event, eventLimit),
    ...(msg === undefined || msg === null || msg === "" ? [] : textViolations("/msg", msg, messageLimit)),
  ];
  if (errors.length > 0) {
    return {
      status: 400,
      title: "Bad Request",
      detail: "The body does not have the shape of an event.",
      errors,
    };
  }
  return {
    id: id as string,
    event: event as string,
    ...(typeof msg === "string" && msg !== "" ? { msg } : {}),
  };
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    // The caller answers with what is wrong.
    return undefined;
  }
}

function textViolations(pointer: string, value: Json | undefined, limit: number): Violation[] {
  if (typeof value !== "string" || value === "" || value.length > limit) {
    return [{ pointer, detail: `must be a string of 1 to ${limit} characters` }];
  }
  // Half of a surrogate pair can be neither stored nor sent.
  return /\p{Surrogate}/u.test(value) ? [{ pointer, detail: "must be well-formed Unicode" }] : [];
}
