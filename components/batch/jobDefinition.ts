import type { BatchStep } from "../catalogue/process";

/** What a container runs with. */
export interface ContainerBindings {
  readonly executionRoleArn: string;
  readonly jobRoleArn: string;
  readonly logGroupName: string;
  readonly region: string;
  /** Where outputs go, without the job's id and without a slash at the end. */
  readonly outputsUrl: string;
}

/** The container properties of a step's job definition, as RegisterJobDefinition takes them. */
export function containerProperties(step: BatchStep, bindings: ContainerBindings): object {
  const { executionRoleArn, jobRoleArn, logGroupName, region, outputsUrl } = bindings;
  return {
    image: step.image,
    command: step.command,
    executionRoleArn,
    jobRoleArn,
    resourceRequirements: [
      { type: "VCPU", value: String(step.vcpus) },
      { type: "MEMORY", value: String(step.memoryMb) },
    ],
    // Jobs that are submitted straight to the queue have no OUTPUT_URL; they add AWS_BATCH_JOB_ID to this.
    environment: [{ name: "OUTPUTS_URL", value: outputsUrl }],
    // There is no NAT gateway: without a public address the image could not be pulled.
    networkConfiguration: { assignPublicIp: "ENABLED" },
    fargatePlatformConfiguration: { platformVersion: "LATEST" },
    logConfiguration: {
      logDriver: "awslogs",
      options: {
        "awslogs-group": logGroupName,
        "awslogs-region": region,
        "awslogs-stream-prefix": step.name,
      },
    },
  };
}

/**
 * When a failed attempt is tried again: when its host or its Spot capacity failed, not when the program did.
 * Source: https://docs.aws.amazon.com/batch/latest/userguide/job_retries.html
 */
export function retryStrategy(step: BatchStep) {
  return {
    attempts: step.attempts,
    evaluateOnExits: [
      { action: "RETRY", onStatusReason: "Host EC2*" },
      { action: "RETRY", onStatusReason: "Your Spot Task was interrupted*" },
      { action: "RETRY", onReason: "CannotPullContainerError*" },
      { action: "EXIT", onReason: "*" },
    ],
  };
}
