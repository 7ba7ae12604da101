import type { Account } from "../../account";

type Kind = "compute-environment" | "job-queue" | "job-definition" | "job";

/** The ARN of a resource of Batch in the account; one that is an ARN already stays as it is. */
export function batchArn({ partition, region, accountId }: Account, kind: Kind, name: string): string {
  return name.startsWith("arn:") ? name : `arn:${partition}:batch:${region}:${accountId}:${kind}/${name}`;
}

/** The ARN of the ECS cluster behind a compute environment, or of a task in it. */
export function ecsArn({ partition, region, accountId }: Account, resource: string): string {
  return `arn:${partition}:ecs:${region}:${accountId}:${resource}`;
}
