import type { InvocationMessage } from "./protocol";

/** The second argument of a handler. */
export interface InvocationContext {
  readonly awsRequestId: string;
  readonly functionName: string | undefined;
  readonly functionVersion: string | undefined;
  readonly invokedFunctionArn: string;
  readonly memoryLimitInMB: string | undefined;
  readonly logGroupName: string | undefined;
  readonly logStreamName: string | undefined;
  getRemainingTimeInMillis(): number;
}

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
export function invocationContext(
  { requestId, invokedFunctionArn, remainingMilliseconds }: InvocationMessage,
  environment: NodeJS.ProcessEnv,
): InvocationContext {
  const deadline = Date.now() + remainingMilliseconds;
  return {
    awsRequestId: requestId,
    functionName: environment["AWS_LAMBDA_FUNCTION_NAME"],
    functionVersion: environment["AWS_LAMBDA_FUNCTION_VERSION"],
    invokedFunctionArn,
    memoryLimitInMB: environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"],
    logGroupName: environment["AWS_LAMBDA_LOG_GROUP_NAME"],
    logStreamName: environment["AWS_LAMBDA_LOG_STREAM_NAME"],
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}
