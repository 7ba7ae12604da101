import { dynamodb } from "./dynamodb";
import type { Integrations } from "./integration";
import { lambda } from "./lambda";
import { sqs } from "./sqs";

/** The integrations that need nothing but the services behind `dispatch`. */
export const builtInIntegrations: Integrations = { ...lambda, ...sqs, ...dynamodb };

/** A task's resource, as histories name it. */
export interface TaskResource {
  /** For example `sqs`. */
  readonly resourceType: string;
  /** For example `sendMessage.waitForTaskToken`. */
  readonly resource: string;
}

/**
 * Takes `arn:<partition>:states:::<service>:<action>` apart; a function's own ARN is a resource too, whose input is
 * the task's and whose answer is the task's result. Undefined for another ARN.
 */
export function taskResource(arn: string): TaskResource | undefined {
  if (isFunctionArn(arn)) return { resourceType: "lambda", resource: "function" };
  const match = /^arn:[^:]+:states:[^:]*:[^:]*:([^:]+):(.+)$/.exec(arn);
  const [, resourceType, resource] = match ?? [];
  return resourceType === undefined || resource === undefined ? undefined : { resourceType, resource };
}

/** Whether a task names a function rather than an integration. */
export function isFunctionArn(arn: string): boolean {
  return /^arn:[^:]+:lambda:[^:]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/.test(arn);
}

/** The key of a resource in the registry, for example `sqs:sendMessage.waitForTaskToken`. */
export function integrationName({ resourceType, resource }: TaskResource): string {
  return `${resourceType}:${resource}`;
}
