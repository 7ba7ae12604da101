import { parseInboundKey } from "../../functions/lib/handoff";
import type { DeadLetter } from "./deadLetter";
import { isRecord, textAt } from "./json";

/** What people read of a dead letter. Never the whole of it: a hand-off has its task token in it. */
export interface Description {
  readonly what: string;
  /** The ids of the jobs that it concerns, as far as it says. */
  readonly jobs: readonly string[];
  /** Why it failed, as far as it says. */
  readonly why?: string;
}

/** Says what a dead letter is about, in texts that are safe on a terminal. */
export function describeDeadLetter(letter: DeadLetter): Description {
  const { what, jobs, why } = describe(letter);
  const clean = { what: plain(what), jobs: [...new Set(jobs)].map(plain) };
  return why === undefined ? clean : { ...clean, why: plain(why) };
}

function describe(letter: DeadLetter): Description {
  switch (letter.kind) {
    case "unreadable":
      return { what: "a message that is no JSON object", jobs: [] };
    case "message":
      return describeContent(letter.content);
    case "changes": {
      const { range, count, arrivedAt } = letter;
      const place = `${range.shardId}, ${range.first} to ${range.last}`;
      const what = `${count} changes of the table since ${arrivedAt} (${place}) for ${functionName(letter)}`;
      return { what, jobs: [], why: letter.condition };
    }
    case "invocation": {
      const { what, jobs } = describeContent(letter.event);
      const { condition, error } = letter;
      const why = error === undefined ? condition : `${condition}: ${error}`;
      return { what: `${what} for ${functionName(letter)}`, jobs, why };
    }
  }
}

/** The forms that events and messages of the stack have. */
function describeContent(content: unknown): Description {
  if (!isRecord(content)) return { what: "an event of an unknown form", jobs: [] };
  const { Records: records, detail } = content;
  if (Array.isArray(records)) return describeFiles(records);
  if (isRecord(detail)) return describeEvent(content);
  const alarm = textAt(content, "alarmData", "alarmName");
  if (alarm !== undefined) return { what: `a change of the alarm ${alarm}`, jobs: [] };
  const [jobId, process, step] = ["jobId", "process", "step"].map((name) => textAt(content, name));
  if (jobId !== undefined && step !== undefined) {
    return { what: `the request for the hand-off ${step} of ${process ?? "a job"}`, jobs: [jobId] };
  }
  if (jobId !== undefined) return { what: `outputs of ${process ?? "a job"}`, jobs: [jobId] };
  const arns = content["arns"];
  if (Array.isArray(arns)) return describeChunk(content, arns);
  const [subject, type] = [textAt(content, "subject"), textAt(content, "type")];
  if (subject !== undefined && type !== undefined) {
    return {
      what: `the notification ${type} of ${textAt(content, "data", "process") ?? "a job"}`,
      jobs: [subject],
    };
  }
  return { what: "a message of an unknown form", jobs: [] };
}

/** Resources that were to be tagged. */
function describeChunk(content: Readonly<Record<string, unknown>>, arns: readonly unknown[]): Description {
  const group = `${textAt(content, "groupKey") ?? ""}=${textAt(content, "groupValue") ?? ""}`;
  const failures = Array.isArray(content["failures"]) ? content["failures"] : [];
  const reasons = failures.flatMap((failure) => textAt(failure, "reason") ?? []);
  const what = `tags of ${group} for ${arns.map(String).join(", ")}`;
  return { what, jobs: [], ...(reasons.length === 0 ? {} : { why: [...new Set(reasons)].join(" ") }) };
}

/** Files that were dropped, as S3 tells of them. */
function describeFiles(records: readonly unknown[]): Description {
  const keys = records.flatMap((record) => textAt(record, "s3", "object", "key") ?? []);
  const jobs = keys.flatMap((key) => inboundKey(key)?.jobId ?? []);
  return { what: keys.length === 0 ? "events of an unknown form" : `files: ${keys.join(", ")}`, jobs };
}

function inboundKey(key: string) {
  try {
    return parseInboundKey(key);
  } catch (error) {
    // A key with a percent sign that encodes nothing is what some dead letters are about.
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

/** Events of EventBridge: an execution is named after its job, a container has the job in its environment. */
function describeEvent(event: Readonly<Record<string, unknown>>): Description {
  const { detail } = event;
  const status = textAt(detail, "status");
  const what = `"${textAt(event, "detail-type") ?? "an event"}"${status === undefined ? "" : ` (${status})`}`;
  const execution = textAt(detail, "executionArn") === undefined ? undefined : textAt(detail, "name");
  const job =
    execution ?? jobOfContainer(detail) ?? textAt(detail, "jobId") ?? textAt(detail, "data", "jobId");
  return { what, jobs: job === undefined ? [] : [job] };
}

function jobOfContainer(detail: unknown): string | undefined {
  const environment = isRecord(detail) && isRecord(detail["container"]) && detail["container"]["environment"];
  if (!Array.isArray(environment)) return undefined;
  return textAt(
    environment.find((variable) => textAt(variable, "name") === "JOB_ID"),
    "value",
  );
}

/** `arn:aws:lambda:eu-west-1:111122223333:function:NAME:$LATEST` → `NAME`. */
function functionName({ functionArn }: { readonly functionArn: string }): string {
  return functionArn.split(":")[6] ?? functionArn;
}

/** What others wrote could hold characters that act on a terminal, or be very long. */
function plain(text: string): string {
  const safe = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ");
  return safe.length > 300 ? `${safe.slice(0, 300)}…` : safe;
}
