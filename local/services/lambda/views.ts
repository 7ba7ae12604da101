import type { JsonObject } from "../jsonProtocol";
import { runtime } from "./environment";
import type { CreatedMapping } from "./eventSources/mappings";
import type { LambdaFunction } from "./lambdaFunction";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html */
export function functionConfiguration({ arn, input, lastModified }: LambdaFunction): JsonObject {
  const { name, roleArn, handler, timeoutSeconds, memoryMb, environment } = input;
  const hasEnvironment = Object.keys(environment).length > 0;
  return {
    FunctionName: name,
    FunctionArn: arn,
    Runtime: runtime,
    Role: roleArn,
    Handler: handler,
    Timeout: timeoutSeconds,
    MemorySize: memoryMb,
    LastModified: lastModified,
    Version: "$LATEST",
    ...(hasEnvironment && { Environment: { Variables: environment } }),
    PackageType: "Zip",
    State: "Active",
    LastUpdateStatus: "Successful",
  };
}

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html */
export function functionView(target: LambdaFunction): JsonObject {
  const { reservedConcurrency } = target.input;
  return {
    Configuration: functionConfiguration(target),
    ...(reservedConcurrency !== undefined && {
      Concurrency: { ReservedConcurrentExecutions: reservedConcurrency },
    }),
  };
}

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_EventSourceMappingConfiguration.html */
export function mappingView({ uuid, input, mapping, target, modified }: CreatedMapping): JsonObject {
  const { filterCriteria, scalingConfig } = input;
  return {
    UUID: uuid,
    EventSourceArn: mapping.eventSourceArn,
    FunctionArn: target.arn,
    BatchSize: mapping.batchSize,
    MaximumBatchingWindowInSeconds: mapping.windowMilliseconds / 1000,
    FunctionResponseTypes: mapping.reportsFailures ? ["ReportBatchItemFailures"] : [],
    LastModified: modified / 1000,
    State: (input.enabled ?? true) ? "Enabled" : "Disabled",
    StateTransitionReason: "USER_INITIATED",
    ...(filterCriteria?.filters && {
      FilterCriteria: { Filters: filterCriteria.filters.map(({ pattern }) => ({ Pattern: pattern })) },
    }),
    ...(mapping.source === "sqs"
      ? scalingConfig && { ScalingConfig: { MaximumConcurrency: scalingConfig.maximumConcurrency } }
      : streamView(input, mapping)),
  };
}

function streamView(input: CreatedMapping["input"], mapping: CreatedMapping["mapping"]): JsonObject {
  return {
    StartingPosition: mapping.startingPosition,
    MaximumRetryAttempts: input.maximumRetryAttempts ?? -1,
    MaximumRecordAgeInSeconds: input.maximumRecordAgeInSeconds ?? -1,
    BisectBatchOnFunctionError: mapping.bisects,
    ParallelizationFactor: input.parallelizationFactor ?? 1,
    DestinationConfig: mapping.onFailureArn ? { OnFailure: { Destination: mapping.onFailureArn } } : {},
  };
}
