import type { Stateful } from "../../data/stateful";
import { Execution, type SavedExecution } from "./execution";
import type { Executions } from "./executions";
import type { SavedStateMachine, StateMachine, StateMachines } from "./stateMachines";
import type { TaskTokens } from "./taskTokens";

interface SavedExecutions {
  /** With which task tokens are signed. */
  readonly tokenKey: Uint8Array;
  /** With their executions, oldest first; one of them for each definition that executions were started with. */
  readonly stateMachines: readonly (readonly [SavedStateMachine, readonly SavedExecution[]])[];
}

/**
 * Executions outlive a restart with their history, wherever they stand, each with the definition that it was started
 * with. A task whose call had not returned is called again; one that was submitted goes on waiting.
 */
export function executionState(
  executions: Executions,
  stateMachines: StateMachines,
  tokens: TaskTokens,
): Stateful {
  return {
    save(): SavedExecutions {
      const byMachine = new Map<StateMachine, SavedExecution[]>();
      for (const execution of executions.save()) {
        const saved = byMachine.get(execution.stateMachine) ?? [];
        saved.push(execution.save());
        byMachine.set(execution.stateMachine, saved);
      }
      return {
        tokenKey: tokens.key,
        stateMachines: [...byMachine].map(([{ definition: _, ...machine }, saved]) => [machine, saved]),
      };
    },
    restore(state) {
      const { tokenKey, stateMachines: saved } = state as SavedExecutions;
      tokens.key = tokenKey;
      const restored = saved.flatMap(([machine, ofMachine]) => {
        const stateMachine = stateMachines.asItWas(machine);
        return ofMachine.map((each) => revive(stateMachine, each, executions.now));
      });
      executions.restore(restored.sort((a, b) => a.startDate - b.startDate));
    },
  };
}

function revive(stateMachine: StateMachine, saved: SavedExecution, now: () => number): Execution {
  const { name, input } = saved;
  return new Execution({ stateMachine, name, input, now }, saved);
}
