import { isAbsolute, normalize } from "node:path";
import { AwsError } from "../service";
import { checkEnvironment } from "./environment";

/** What a function is made of. */
export interface FunctionInput {
  readonly name: string;
  /** The files of the archive that would be uploaded, by their path in it. */
  readonly files: Readonly<Record<string, Buffer | string>>;
  /** For example `index.handler`. */
  readonly handler: string;
  readonly roleArn: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** Where its lines go in CloudWatch Logs; without it they are only printed. */
  readonly logGroup?: string;
  /** Invocations at the same time; further ones are throttled. Without it they wait for one of a few workers. */
  readonly reservedConcurrency?: number;
}

/** @throws AwsError where CreateFunction would refuse the input */
export function checkFunctionInput(input: FunctionInput): void {
  if (!/^[\w-]{1,64}$/.test(input.name)) {
    throw violation(
      input.name,
      "functionName",
      "Member must satisfy regular expression pattern: [a-zA-Z0-9-_]+",
    );
  }
  if (!/^arn:aws:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(input.roleArn)) {
    throw violation(
      input.roleArn,
      "role",
      "Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+",
    );
  }
  if (!/^\S{1,128}$/.test(input.handler)) {
    throw violation(input.handler, "handler", "Member must satisfy regular expression pattern: [^\\s]+");
  }
  checkRange(input.timeoutSeconds, "timeout", 1, 900);
  checkRange(input.memoryMb, "memorySize", 128, 10240);
  if (input.reservedConcurrency !== undefined) {
    checkRange(input.reservedConcurrency, "reservedConcurrentExecutions", 0, Infinity);
  }
  checkEnvironment(input.environment);
  checkFiles(Object.keys(input.files));
}

/** @throws AwsError ValidationException when the value is not a whole number in the range */
export function checkRange(value: number, field: string, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  const bound = value > most ? `less than or equal to ${most}` : `greater than or equal to ${least}`;
  throw violation(String(value), field, `Member must have value ${bound}`);
}

export function violation(value: string, field: string, rule: string): AwsError {
  return new AwsError(
    "ValidationException",
    `1 validation error detected: Value '${value}' at '${field}' failed to satisfy constraint: ${rule}`,
  );
}

function checkFiles(paths: readonly string[]): void {
  if (paths.length === 0)
    throw new AwsError("InvalidParameterValueException", "Uploaded file must be a non-empty zip");
  const outside = paths.some((path) => isAbsolute(path) || normalize(path).startsWith(".."));
  if (!outside) return;
  throw new AwsError(
    "InvalidParameterValueException",
    "Could not unzip uploaded file. Please check your file, then try to upload again.",
  );
}
