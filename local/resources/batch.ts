import type { Adapters } from "./adapter";

interface ComputeEnvironmentInputs {
  readonly type: string;
  readonly computeResources: {
    readonly type: string;
    readonly maxVcpus: number;
    readonly subnets: readonly string[];
    readonly securityGroupIds?: readonly string[];
  };
}

interface JobQueueInputs {
  readonly state: string;
  readonly priority: number;
  readonly computeEnvironmentOrders: readonly {
    readonly order: number;
    readonly computeEnvironment: string;
  }[];
  readonly jobStateTimeLimitActions?: readonly object[];
}

interface JobDefinitionInputs {
  readonly type: string;
  readonly platformCapabilities?: readonly string[];
  /** JSON. */
  readonly containerProperties: string;
  readonly retryStrategy?: { readonly attempts?: number; readonly evaluateOnExits?: readonly object[] };
  readonly timeout?: { readonly attemptDurationSeconds?: number };
  readonly parameters?: Readonly<Record<string, string>>;
}

export const batchAdapters: Adapters = {
  "aws:batch/computeEnvironment:ComputeEnvironment": {
    inputs: ["type", "computeResources"],
    create({ inputs, physicalName }, { batch }) {
      const { type, computeResources } = inputs as unknown as ComputeEnvironmentInputs;
      const { maxVcpus: maxvCpus, ...resources } = computeResources;
      const { arn } = batch.createComputeEnvironment({
        computeEnvironmentName: physicalName,
        type,
        state: "ENABLED",
        computeResources: { ...resources, maxvCpus },
      });
      return { id: physicalName, state: { ...inputs, name: physicalName, arn } };
    },
  },
  "aws:batch/jobQueue:JobQueue": {
    inputs: ["state", "priority", "computeEnvironmentOrders", "jobStateTimeLimitActions"],
    create({ inputs, physicalName }, { batch }) {
      const queue = inputs as unknown as JobQueueInputs;
      const { arn } = batch.createJobQueue({
        jobQueueName: physicalName,
        state: queue.state,
        priority: queue.priority,
        computeEnvironmentOrder: queue.computeEnvironmentOrders,
        jobStateTimeLimitActions: queue.jobStateTimeLimitActions ?? [],
      });
      return { id: arn, state: { ...inputs, name: physicalName, arn } };
    },
  },
  "aws:batch/jobDefinition:JobDefinition": {
    inputs: ["type", "platformCapabilities", "containerProperties", "retryStrategy", "timeout", "parameters"],
    create({ inputs, physicalName }, { batch }) {
      const { arn } = batch.registerJobDefinition(
        definitionInput(physicalName, inputs as unknown as JobDefinitionInputs),
      );
      const arnPrefix = arn.replace(/:\d+$/, "");
      return { id: arn, state: { ...inputs, name: physicalName, arn, arnPrefix } };
    },
  },
};

function definitionInput(jobDefinitionName: string, definition: JobDefinitionInputs) {
  const { type, platformCapabilities, retryStrategy, timeout, parameters } = definition;
  return {
    jobDefinitionName,
    type,
    containerProperties: JSON.parse(definition.containerProperties) as object,
    ...(platformCapabilities && { platformCapabilities }),
    ...(retryStrategy && {
      retryStrategy: { attempts: retryStrategy.attempts, evaluateOnExit: retryStrategy.evaluateOnExits },
    }),
    ...(timeout && { timeout }),
    ...(parameters && { parameters }),
  };
}
