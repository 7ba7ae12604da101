/** JSON Schema (draft 7) of a process's parameters. */
export type ParameterSchema = Readonly<Record<string, unknown>>;

/** A named kind of work that callers may start. */
export interface Process {
  readonly name: string;
  readonly description: string;
  readonly parameters: ParameterSchema;
  /** In the order in which they run. */
  readonly steps: readonly Step[];
}

export type Step = InvokeStep | HandoffStep;

/** Runs an inline function registered in `functions/steps/`. */
export interface InvokeStep {
  readonly kind: "invoke";
  readonly name: string;
  readonly function: string;
}

/** Waits for another system. */
export interface HandoffStep {
  readonly kind: "handoff";
  readonly name: string;
  readonly deadlineSeconds: number;
  /** The longest time between two heartbeats, in seconds. */
  readonly heartbeatSeconds?: number;
}

/** Everything that a stack lets callers start, by name. */
export type Catalogue = Readonly<Record<string, Process>>;

/** The hand-offs of a process. */
export function handoffsOf(process: Process): readonly HandoffStep[] {
  return process.steps.filter((step) => step.kind === "handoff");
}
