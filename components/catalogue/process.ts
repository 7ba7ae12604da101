/** JSON Schema (draft 7) of a process's parameters. */
export type ParameterSchema = Readonly<Record<string, unknown>>;

/** A named kind of work that callers may start. */
export interface Process {
  readonly name: string;
  readonly description: string;
  readonly parameters: ParameterSchema;
  /** The value of the tag group whose tags its containers and outputs carry. */
  readonly tagGroup?: string;
  /** Whether answers of hand-offs that are larger than a workflow carries go by reference. */
  readonly largeResults?: true;
  /** In the order in which they run. */
  readonly steps: readonly Step[];
}

export type Step = InvokeStep | BatchStep | HandoffStep;

/** Runs an inline function registered in `functions/steps/`. */
export interface InvokeStep {
  readonly kind: "invoke";
  readonly name: string;
  readonly function: string;
}

/** Runs a container on AWS Batch. */
export interface BatchStep {
  readonly kind: "batch";
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly vcpus: number;
  /** In MiB. */
  readonly memoryMb: number;
  /** How long one attempt may take, in seconds. */
  readonly timeoutSeconds: number;
  /** How often it is tried when its host fails; what the program itself does wrong is not tried again. */
  readonly attempts: number;
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

/** The containers of a process. */
export function batchStepsOf(process: Process): readonly BatchStep[] {
  return process.steps.filter((step) => step.kind === "batch");
}

/** The names of the processes that have containers. */
export function containerProcessesOf(catalogue: Catalogue): string[] {
  return Object.values(catalogue)
    .filter((process) => batchStepsOf(process).length > 0)
    .map(({ name }) => name);
}

/** Whether any process has a tag group. */
export function isAnyTagged(catalogue: Catalogue): boolean {
  return Object.values(catalogue).some(({ tagGroup }) => tagGroup !== undefined);
}

/** The hand-offs of a process. */
export function handoffsOf(process: Process): readonly HandoffStep[] {
  return process.steps.filter((step) => step.kind === "handoff");
}

/** Whether any process takes large answers. */
export function takesLargeResults(catalogue: Catalogue): boolean {
  return Object.values(catalogue).some(({ largeResults }) => largeResults);
}

/** What each step of each process does, by name and in their order. */
export function stepKindsOf(catalogue: Catalogue): Record<string, Record<string, Step["kind"]>> {
  const kinds = Object.values(catalogue).map(
    ({ name, steps }) => [name, Object.fromEntries(steps.map((step) => [step.name, step.kind]))] as const,
  );
  return Object.fromEntries(kinds);
}
