import type { StateType } from "./definition";
import { waitsUntil } from "./durations";
import { ruleHolds } from "./language/choice";
import { evaluateField } from "./language/payloadTemplate";
import { predefinedError, runtimeError, StatesError } from "./language/statesError";
import type { Step } from "./step";
import { runTask } from "./task";
import type { Tools, Transition } from "./tools";
import { delay } from "./waiting";

type StateAction = (step: Step, tools: Tools) => Promise<Transition> | Transition;

/** What each type of state does. Source: https://states-language.net/spec.html#statetypes */
export const stateActions: Readonly<Record<StateType, StateAction>> = {
  Task: runTask,
  Pass: (step) => {
    const { state } = step;
    const result = "Result" in state ? state.Result : step.effectiveInput();
    return { output: step.outputOf(result), next: state.Next };
  },
  Choice: (step) => ({ output: step.outputOf(step.selectedInput()), next: choose(step) }),
  Wait: async (step, { clock, signal }) => {
    await delay(clock, Math.max(waitsUntil(step) - clock.now(), 0), signal);
    return { output: step.outputOf(step.selectedInput()), next: step.state.Next };
  },
  Succeed: (step) => ({ output: step.outputOf(step.selectedInput()), next: undefined }),
  Fail: (step) => {
    throw new StatesError(textOf(step, "Error"), textOf(step, "Cause"), []);
  },
};

function choose(step: Step): string {
  const { Choices: rules = [], Default: otherwise } = step.state;
  const input = step.selectedInput();
  return step.evaluate(() => {
    const next = rules.find((rule) => ruleHolds(rule, input, step.context))?.Next ?? otherwise;
    if (next !== undefined) return next;
    throw predefinedError("States.NoChoiceMatched", "No choice matched, and there is no Default.");
  });
}

/** The error or cause of a Fail state; neither need be there. */
function textOf(step: Step, field: "Error" | "Cause"): string | undefined {
  const expression = step.state[`${field}Path`];
  if (expression === undefined) return step.state[field];
  return step.evaluate(() => {
    const value = evaluateField(`${field}Path`, expression, step.input, step.context);
    if (typeof value === "string") return value;
    throw runtimeError(`The ${field}Path '${expression}' does not lead to a string.`);
  });
}
