import { AwsError } from "../service";

const longestName = 80;
const illegal = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}\p{Cs}\uFFFE\uFFFF]/u;

/**
 * Checks the name of a state machine or an execution.
 * Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html (name)
 * @throws AwsError InvalidName
 */
export function checkName(name: string): void {
  if (name.length < 1 || name.length > longestName || illegal.test(name)) {
    throw new AwsError("InvalidName", `Invalid Name: '${name}'`);
  }
}

/** The state machine of an execution, by their ARNs. */
export function stateMachineArnOf(executionArn: string): string {
  const [name, partition, service, region, accountId, , stateMachine] = executionArn.split(":");
  return [name, partition, service, region, accountId, "stateMachine", stateMachine].join(":");
}

/**
 * Checks that a text is the ARN of a state machine or an execution.
 * @throws AwsError InvalidArn
 */
export function checkArn(arn: string, type: "stateMachine" | "execution"): void {
  const [prefix, , service, , , resourceType] = arn.split(":");
  if (prefix !== "arn" || service !== "states") {
    throw new AwsError("InvalidArn", `Invalid Arn: 'Invalid ARN prefix: ${arn}'`);
  }
  if (resourceType !== type) {
    throw new AwsError(
      "InvalidArn",
      `Invalid Arn: 'Resource type not valid in this context: ${resourceType}'`,
    );
  }
}
