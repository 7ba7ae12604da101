import type { Principal } from "../../../iam/principal";
import type { Dispatch } from "../../internalClient";
import type { JsonObject } from "../../jsonProtocol";

/** One call of an integration: an attempt at a task. */
export interface IntegrationCall {
  /** The task's effective input. */
  readonly parameters: JsonObject;
  /** The state machine's role. */
  readonly principal: Principal;
  readonly dispatch: Dispatch;
  /** Aborted when the task ended without the integration: its result is no longer wanted, and a job should be stopped. */
  readonly signal: AbortSignal;
  /** What a `.sync` integration said in an earlier run of the local cloud: it waits for that job. */
  readonly earlier?: unknown;
  /** A `.sync` integration says once that its job is submitted, with the answer of the service. */
  submitted(output: unknown): void;
}

/**
 * What the resource of a task does. Its result is the task's; that of a `.waitForTaskToken` integration only ends the submission.
 * @throws StatesError when the service refuses, under the name that Step Functions gives it
 */
export type Integration = (call: IntegrationCall) => Promise<unknown>;

/** Integrations by the end of their resource, for example `batch:submitJob.sync`. */
export type Integrations = Readonly<Record<string, Integration>>;
