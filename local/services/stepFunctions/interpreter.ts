import type { Execution } from "./execution";
import { payload } from "./history";
import { stateActions } from "./stateActions";
import { enterState } from "./step";
import type { Tools } from "./tools";

/**
 * Runs an execution from where it stands to its end.
 * @returns its output as JSON text
 * @throws StatesError when it fails, RunEnded when it is ended from outside
 */
export async function interpret(execution: Execution, tools: Tools): Promise<string> {
  for (;;) {
    if (!tools.gate.open) await tools.gate.passed(tools.signal);
    const step = enterState(execution, tools);
    const { output, next } = await stateActions[step.state.Type](step, tools);
    const text = JSON.stringify(output);
    step.record(`${step.state.Type}StateExited`, {
      stateExitedEventDetails: { name: step.name, ...payload("output", text) },
    });
    if (next === undefined) return text;
    execution.task = undefined;
    execution.position = { stateName: next, input: output };
  }
}
