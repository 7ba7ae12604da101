import type { InvocationResult } from "../invocation";

/** Which records of a batch failed, by their identifiers. */
export type BatchFailures = "all" | ReadonlySet<string>;

const none: ReadonlySet<string> = new Set();

/**
 * Reads the answer of a function for which `ReportBatchItemFailures` is set. Nothing, or an empty list, is a success;
 * an answer of another form, or an identifier that the batch does not have, fails the whole batch.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 */
export function batchFailures(
  { payload, functionError }: InvocationResult,
  identifiers: readonly string[],
  reportsFailures: boolean,
): BatchFailures {
  if (functionError) return "all";
  if (!reportsFailures) return none;
  const answer: unknown = JSON.parse(payload);
  if (answer === null) return none;
  if (typeof answer !== "object" || Array.isArray(answer)) return "all";
  const failures: unknown = Reflect.get(answer, "batchItemFailures") ?? [];
  if (!Array.isArray(failures)) return "all";
  const failed = failures.map(itemIdentifier);
  return failed.every((id) => id !== undefined && identifiers.includes(id))
    ? new Set(failed as string[])
    : "all";
}

function itemIdentifier(failure: unknown): string | undefined {
  if (typeof failure !== "object" || failure === null) return undefined;
  const identifier: unknown = Reflect.get(failure, "itemIdentifier");
  return typeof identifier === "string" ? identifier : undefined;
}
