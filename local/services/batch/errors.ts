import { AwsError } from "../service";

/** What Batch answers to anything that is the caller's fault, a denial excepted. */
export function clientException(message: string): AwsError {
  return new AwsError("ClientException", message);
}

/** The body has a member of the wrong type. */
export function serializationException(name: string, expected: string): AwsError {
  return new AwsError("SerializationException", `${name} must be ${expected}`);
}
