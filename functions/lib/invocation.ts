/** The invocation that is under way, of which a function's process has one at a time. */
export interface Invocation {
  requestId?: string | undefined;
  /** Whether it is the first one of its execution environment. */
  coldStart?: boolean | undefined;
  jobId?: unknown;
  process?: unknown;
  step?: unknown;
}

/** One object, which all functions of a closure share; it is filled by `followed`. */
export const invocation: Invocation = {};
