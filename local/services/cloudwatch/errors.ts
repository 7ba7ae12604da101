import { AwsError } from "../service";
import type { Dialect } from "./members";
import { validationDialect } from "./members";

/** The code that CloudWatch's older XML protocol gives an error, which SDKs still show their callers. */
export const queryCodes: Readonly<Record<string, string>> = {
  InvalidParameterValueException: "InvalidParameterValue",
  MissingRequiredParameterException: "MissingParameter",
  InvalidParameterCombinationException: "InvalidParameterCombination",
  InternalServiceFault: "InternalServiceError",
  InvalidFormatFault: "InvalidFormat",
  ValidationException: "ValidationError",
  AccessDeniedException: "AccessDenied",
};

export function invalidValue(message: string): AwsError {
  return new AwsError("InvalidParameterValueException", message);
}

export function missingParameter(path: string): AwsError {
  return new AwsError("MissingRequiredParameterException", `The parameter ${path} is required.`);
}

export function invalidCombination(message: string): AwsError {
  return new AwsError("InvalidParameterCombinationException", message);
}

/** A rule of PutMetricAlarm that is broken. */
export function validationError(message: string): AwsError {
  return new AwsError("ValidationException", message);
}

export const cloudWatchDialect: Dialect = {
  ...validationDialect("ValidationException"),
  missing: missingParameter,
};
