import type { JsonObject } from "../jsonProtocol";
import { optionalInteger, optionalObject } from "./input";

/** `timeout.attemptDurationSeconds`, at least a minute. @throws AwsError ClientException */
export function readTimeout(input: JsonObject): number | undefined {
  const timeout = optionalObject(input, "timeout");
  return timeout && optionalInteger(timeout, "attemptDurationSeconds", [60, 2 ** 31 - 1]);
}
