import { AwsError } from "../service";
import type { FunctionInput } from "./functionInput";

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
const reserved: ReadonlySet<string> = new Set([
  ...["_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV"],
  ...["AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION"],
  ...["AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME"],
  ...["AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"],
  ...["AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR"],
]);

const sizeLimit = 4096;

/** @throws AwsError InvalidParameterValueException for variables that Lambda refuses */
export function checkEnvironment(environment: Readonly<Record<string, string>>): void {
  const names = Object.keys(environment);
  const reservedNames = names.filter((name) => reserved.has(name));
  if (reservedNames.length > 0) {
    throw refusal(
      `contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reservedNames.join(", ")}`,
    );
  }
  const malformed = names.find((name) => !/^[a-zA-Z][a-zA-Z0-9_]+$/.test(name));
  if (malformed !== undefined) {
    throw new AwsError(
      "ValidationException",
      "1 validation error detected: Value at 'environment.variables' failed to satisfy constraint: Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]",
    );
  }
  const measured = JSON.stringify(environment);
  if (Buffer.byteLength(measured) > sizeLimit) {
    throw refusal(`exceeded the 4KB limit. String measured: ${measured}`);
  }
}

function refusal(reason: string): AwsError {
  return new AwsError(
    "InvalidParameterValueException",
    `Lambda was unable to configure your environment variables because the environment variables you have provided ${reason}`,
  );
}

/** The name of the runtime that really runs the code. */
export const runtime = `nodejs${process.versions.node.split(".", 1).join("")}.x`;

export interface WorkerEnvironment {
  readonly input: FunctionInput;
  readonly region: string;
  /** The folder with the archive's files. */
  readonly folder: string;
  readonly logStream: string;
  /** Credentials and endpoint. */
  readonly access: Readonly<Record<string, string>>;
}

/** All that a function's process sees: what Lambda would set, its access, and its own variables. */
export function workerEnvironment(options: WorkerEnvironment): Record<string, string> {
  const { input, region, folder, logStream, access } = options;
  return {
    PATH: "/usr/local/bin:/usr/bin:/bin",
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    ...access,
    ...input.environment,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: input.name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(input.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: logGroup(input.name),
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    LAMBDA_TASK_ROOT: folder,
    _HANDLER: input.handler,
  };
}

export function logGroup(functionName: string): string {
  return `/aws/lambda/${functionName}`;
}
