import { AwsError } from "../service";

export function invalidParameter(message: string): AwsError {
  return new AwsError("InvalidParameterException", message);
}

/** @param kind `group` or `stream` */
export function notFound(kind: string): AwsError {
  return new AwsError("ResourceNotFoundException", `The specified log ${kind} does not exist.`);
}

export function alreadyExists(kind: string): AwsError {
  return new AwsError("ResourceAlreadyExistsException", `The specified log ${kind} already exists`);
}
