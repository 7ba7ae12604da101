import type { TaskProgress } from "./execution";
import { catcherOf, Retries } from "./language/retry";
import { StatesError } from "./language/statesError";
import { applyResultPath } from "./language/paths";
import type { Step } from "./step";
import { attemptTask } from "./taskAttempt";
import type { Tools, Transition } from "./tools";
import { delay, RunEnded } from "./waiting";

/** A Task state: attempts, as many as `Retry` allows, then `Catch`. */
export async function runTask(step: Step, tools: Tools): Promise<Transition> {
  const progress = (step.execution.task ??= { retries: [], retryCount: 0 });
  const retries = new Retries(step.state.Retry ?? [], tools.random, progress.retries);
  for (;;) {
    step.retryCount = progress.retryCount;
    try {
      await retryTime(progress, tools);
      const result = await attemptTask(step, tools, progress);
      return { output: step.outputOf(result), next: step.state.Next };
    } catch (error) {
      if (!(error instanceof StatesError)) throw error;
      const wait = retries.next(error);
      if (wait === undefined) return caught(step, error);
      progress.retryCount += 1;
      progress.retryAt = tools.clock.now() + wait;
    }
  }
}

/** Waits until the next attempt is due; the first one is at once. */
async function retryTime(progress: TaskProgress, { clock, gate, signal }: Tools): Promise<void> {
  const { retryAt } = progress;
  if (retryAt === undefined) return;
  await delay(clock, Math.max(retryAt - clock.now(), 0), signal);
  if (!gate.open) await gate.passed(signal);
  if (signal.aborted) throw new RunEnded();
  progress.retryAt = undefined;
}

/** The transition to the catcher's state; its output skips `OutputPath`. */
function caught(step: Step, error: StatesError): Transition {
  const catcher = catcherOf(step.state.Catch ?? [], error);
  if (!catcher) throw error;
  const output = step.evaluate(() => applyResultPath(catcher.ResultPath, step.input, error.output()));
  return { output: step.limited(output), next: catcher.Next };
}
