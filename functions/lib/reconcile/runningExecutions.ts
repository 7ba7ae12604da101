import { ListExecutionsCommand, type SFNClient } from "@aws-sdk/client-sfn";

/** Tells which executions were running a moment ago, without asking for each: most open jobs' executions are. */
export interface RunningExecutions {
  /** Whether it certainly was; one that is not known to be has to be asked for. */
  readonly includes: (stateMachineArn: string, executionArn: string) => Promise<boolean>;
}

/** The most that ListExecutions answers at once, and how often it is asked about one state machine. */
const [pageSize, mostPages] = [1_000, 50];

/** Asks about a state machine when the first of its executions is looked for. */
export function runningExecutions(workflows: SFNClient): RunningExecutions {
  const known = new Map<string, Promise<Set<string>>>();
  return {
    includes: async (stateMachineArn, executionArn) => {
      const listed = known.get(stateMachineArn) ?? listRunning(workflows, stateMachineArn);
      known.set(stateMachineArn, listed);
      return (await listed).has(executionArn);
    },
  };
}

async function listRunning(workflows: SFNClient, stateMachineArn: string): Promise<Set<string>> {
  const found = new Set<string>();
  let nextToken: string | undefined;
  for (let pages = 0; pages < mostPages; pages++) {
    const page = await workflows.send(
      new ListExecutionsCommand({
        stateMachineArn,
        statusFilter: "RUNNING",
        maxResults: pageSize,
        ...(nextToken === undefined ? {} : { nextToken }),
      }),
    );
    for (const { executionArn } of page.executions ?? []) if (executionArn) found.add(executionArn);
    nextToken = page.nextToken;
    if (nextToken === undefined) break;
  }
  return found;
}
