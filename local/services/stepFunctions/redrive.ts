import type { Execution } from "./execution";
import { historyLimit } from "./limits";

const day = 86_400_000;
const redrivablePeriod = 14 * day;
const longestOpen = 365 * day;

/**
 * Why an execution cannot be redriven now, in AWS's words; undefined when it can.
 * Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html (redriveStatusReason)
 */
export function redriveObstacle(execution: Execution, now: number): string | undefined {
  if (!execution.ending || execution.status === "SUCCEEDED") {
    return `Execution is ${execution.status} and cannot be redriven`;
  }
  if (now - execution.ending.stopDate > redrivablePeriod) return "Execution redrivable period exceeded";
  if (now - execution.startDate > longestOpen) return "Execution has exceeded the max execution time";
  if (execution.history.events.length >= historyLimit - 1) return "Execution history event limit exceeded";
  return undefined;
}
