import type { Json, JsonObject } from "../lib/job";

/** What the workflow hands to an `invoke` step. */
export interface StepInput {
  readonly jobId: string;
  readonly process: string;
  readonly step: string;
  readonly client: string | null;
  readonly parameters: JsonObject;
  /** What the steps before it answered, by step. */
  readonly results: JsonObject;
}

/** An inline step: what it answers goes to `results.<step>`. An error that it throws is retried three times. */
export type StepHandler = (input: StepInput) => Promise<Json>;

/** An error that is not retried, for what no further try can mend. The workflow knows it by its name. */
export function permanentFailure(message: string): Error {
  return Object.assign(new Error(message), { name: "PermanentFailure" });
}

/** A step that processes can name, with what its function needs. */
export interface StepDefinition {
  readonly factory: () => StepHandler;
  /** How long one invocation may take. @default 30 */
  readonly timeoutSeconds?: number;
  /** @default 256 */
  readonly memoryMb?: number;
}
