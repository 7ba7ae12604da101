import { containerCause } from "./batchJob";
import type { ErrorRecord } from "./job";

/** A job's error as callers read it. */
export interface JobError {
  readonly code: string;
  readonly message: string;
  readonly step?: string;
}

/**
 * Makes a recorded error readable. A cause is plain text, or JSON: what Lambda says of a thrown error
 * (`errorMessage`), or what Step Functions keeps of a caught one (`Cause`), one inside the other.
 */
export function describeJobError(error: ErrorRecord): JobError {
  return {
    code: error.code,
    message: readCause(error.cause ?? "") || error.code,
    ...(error.step === undefined ? {} : { step: error.step }),
  };
}

/** What a cause says in the end, without what wraps it. */
export function readCause(cause: string): string {
  const parsed = parseObject(cause);
  if (parsed && isBatchJob(parsed)) return batchCause(parsed);
  const inner = parsed?.["Cause"] ?? parsed?.["errorMessage"];
  return typeof inner === "string" ? readCause(inner) : cause;
}

/** What Step Functions says of a Batch job that failed: the job, described in its own spelling of the names. */
interface BatchJob {
  readonly JobId: string;
  readonly StatusReason?: string;
  readonly Container?: { readonly ExitCode?: number; readonly Reason?: string };
}

function isBatchJob(value: object): value is BatchJob {
  return "JobId" in value && "JobDefinition" in value;
}

function batchCause({ StatusReason, Container: { ExitCode, Reason } = {} }: BatchJob): string {
  return containerCause({
    ...(StatusReason === undefined ? {} : { statusReason: StatusReason }),
    container: {
      ...(ExitCode === undefined ? {} : { exitCode: ExitCode }),
      ...(Reason === undefined ? {} : { reason: Reason }),
    },
  });
}

function parseObject(text: string): Record<string, unknown> | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    // A cause that only looks like JSON is text: it is shown as it is.
    return undefined;
  }
}
