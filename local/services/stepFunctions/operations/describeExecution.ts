import type { Execution } from "../execution";
import { failureDetails } from "../history";
import { redriveObstacle } from "../redrive";

/** What DescribeExecution answers. Dates are seconds since the epoch. */
export function describeExecution(execution: Execution, now: number): object {
  const obstacle = redriveObstacle(execution, now);
  return {
    ...executionItem(execution),
    input: execution.input,
    inputDetails: { included: true },
    ...endingOf(execution),
    redriveStatus: obstacle === undefined ? "REDRIVABLE" : "NOT_REDRIVABLE",
    ...(obstacle !== undefined && { redriveStatusReason: obstacle }),
  };
}

/** An execution as ListExecutions shows it. */
export function executionItem(execution: Execution): object {
  const { arn, stateMachine, name, status, startDate, ending, redriveCount, lastRedrive } = execution;
  return {
    executionArn: arn,
    stateMachineArn: stateMachine.arn,
    name,
    status,
    startDate: startDate / 1000,
    ...(ending && { stopDate: ending.stopDate / 1000 }),
    redriveCount,
    ...(lastRedrive && { redriveDate: lastRedrive.date / 1000 }),
  };
}

function endingOf({ ending }: Execution): object {
  if (!ending) return {};
  return ending.status === "SUCCEEDED"
    ? { output: ending.output, outputDetails: { included: true } }
    : failureDetails(ending.error, ending.cause);
}
