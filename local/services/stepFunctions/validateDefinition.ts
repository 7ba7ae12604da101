import { AwsError } from "../service";
import type { Retrier, State, StateMachineDefinition } from "./definition";
import type { Integrations } from "./integrations/integration";
import { integrationName, taskResource } from "./integrations/registry";
import { syntaxError } from "./syntaxError";

const runnableTypes = ["Task", "Pass", "Choice", "Wait", "Succeed", "Fail"];

/**
 * Reads a definition in the States Language.
 * @throws AwsError InvalidDefinition for one that AWS would refuse, and for one that the local cloud cannot run
 */
export function parseDefinition(text: string, integrations: Integrations): StateMachineDefinition {
  const definition = parseJson(text);
  const error = syntaxError(text, definition);
  if (error !== undefined) throw invalid(error);
  const { States: states, ...machine } = definition as StateMachineDefinition;
  refuseUnsupported(machine, "/");
  for (const [name, state] of Object.entries(states)) checkState(state, `/States/${name}`, integrations);
  return definition as StateMachineDefinition;
}

function parseJson(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw invalid(`INVALID_JSON_DESCRIPTION: ${error.message}`);
  }
  throw invalid("SCHEMA_VALIDATION_FAILED: Definition must be a valid JSON object");
}

function checkState(state: State, location: string, integrations: Integrations): void {
  if (!runnableTypes.includes(state.Type)) {
    throw invalid(`the local cloud does not run states of type ${state.Type}, at ${location}`);
  }
  refuseUnsupported(state, location);
  checkWildcards(state, location);
  state.Retry?.forEach((retrier, index) => checkRetrier(retrier, `${location}/Retry[${index}]`));
  if (state.Type === "Task") checkTask(state, location, integrations);
}

function refuseUnsupported(part: object, location: string): void {
  if ("Assign" in part) throw invalid(`the local cloud does not know variables, at ${location}/Assign`);
  if ("QueryLanguage" in part && part.QueryLanguage !== "JSONPath") {
    throw invalid(`the local cloud runs JSONPath only, at ${location}`);
  }
}

function checkTask(state: State, location: string, integrations: Integrations): void {
  const resource = taskResource(state.Resource ?? "");
  if (!resource || !integrations[integrationName(resource)]) {
    throw invalid(`the local cloud does not know the resource ${state.Resource}, at ${location}/Resource`);
  }
  const { HeartbeatSeconds: heartbeat, TimeoutSeconds: timeout } = state;
  if (heartbeat !== undefined && timeout !== undefined && heartbeat >= timeout) {
    throw invalid(
      `SCHEMA_VALIDATION_FAILED: 'HeartbeatSeconds' must be smaller than 'TimeoutSeconds' at ${location}`,
    );
  }
}

/** What the validator lets pass. */
function checkRetrier(retrier: Retrier, location: string): void {
  const {
    IntervalSeconds: interval = 1,
    BackoffRate: rate,
    MaxDelaySeconds: maximum,
    JitterStrategy: jitter,
  } = retrier;
  const broken = [
    rate !== undefined && rate < 1 && "'BackoffRate' must be at least 1.0",
    maximum !== undefined &&
      maximum <= interval &&
      "'MaxDelaySeconds' must be greater than 'IntervalSeconds'",
    jitter !== undefined && !["FULL", "NONE"].includes(jitter) && "'JitterStrategy' must be FULL or NONE",
  ].find((rule) => typeof rule === "string");
  if (broken) throw invalid(`SCHEMA_VALIDATION_FAILED: ${broken} at ${location}`);
}

/** `States.ALL` stands alone, and last. */
function checkWildcards(state: State, location: string): void {
  for (const field of ["Retry", "Catch"] as const) {
    const handlers = state[field] ?? [];
    handlers.forEach(({ ErrorEquals: names }, index) => {
      const misplaced = names.length > 1 || index < handlers.length - 1;
      if (names.includes("States.ALL") && misplaced) {
        throw invalid(
          `SCHEMA_VALIDATION_FAILED: States.ALL must appear alone and in the last ${field} at ${location}/${field}[${index}]`,
        );
      }
    });
  }
}

function invalid(reason: string): AwsError {
  return new AwsError("InvalidDefinition", `Invalid State Machine Definition: '${reason}'`);
}
