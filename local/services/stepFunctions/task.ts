import { catcherOf, Retries } from "./language/retry";
import { StatesError } from "./language/statesError";
import { applyResultPath } from "./language/paths";
import type { Step } from "./step";
import { attemptTask } from "./taskAttempt";
import type { Tools, Transition } from "./tools";
import { delay } from "./waiting";

/** A Task state: attempts, as many as `Retry` allows, then `Catch`. */
export async function runTask(step: Step, tools: Tools): Promise<Transition> {
  const retries = new Retries(step.state.Retry ?? [], tools.random);
  for (;;) {
    try {
      const result = await attemptTask(step, tools);
      return { output: step.outputOf(result), next: step.state.Next };
    } catch (error) {
      if (!(error instanceof StatesError)) throw error;
      const wait = retries.next(error);
      if (wait === undefined) return caught(step, error);
      await delay(tools.clock, wait, tools.signal);
      step.retryCount += 1;
    }
  }
}

/** The transition to the catcher's state; its output skips `OutputPath`. */
function caught(step: Step, error: StatesError): Transition {
  const catcher = catcherOf(step.state.Catch ?? [], error);
  if (!catcher) throw error;
  const output = step.evaluate(() => applyResultPath(catcher.ResultPath, step.input, error.output()));
  return { output: step.limited(output), next: catcher.Next };
}
