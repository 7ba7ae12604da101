import type { Json, JsonObject } from "./job";

/** What the hand-off state of a workflow sends to the hand-off queue. */
export interface HandoffRequest {
  readonly jobId: string;
  readonly process: string;
  readonly client: string | null;
  readonly step: string;
  readonly token: string;
  readonly parameters: JsonObject;
  readonly results: JsonObject;
  /** When the workflow came to the hand-off, and how long it waits, in seconds. */
  readonly enteredAt: string;
  readonly deadlineSeconds: number;
  /** How often the workflow had tried to ask before; each try has another token. */
  readonly attempt: number;
  /** Whether the process has other hand-offs too, so that each needs a folder of its own. */
  readonly ownFolder: boolean;
}

/** What a callback does: ends the hand-off well or badly, or says that the other side is still at it. */
export type CallbackKind = "success" | "failure" | "heartbeat";

/** The file names that mean something under `inbound/<jobId>/`. */
const callbackFiles: Readonly<Record<string, CallbackKind>> = {
  "success.json": "success",
  "failure.json": "failure",
  "heartbeat.json": "heartbeat",
};

/** What a file means; nothing for one that means nothing, whatever it is called. */
export function callbackKind(file: string): CallbackKind | undefined {
  return Object.hasOwn(callbackFiles, file) ? callbackFiles[file] : undefined;
}

/** The folder of a hand-off, under `outbound/` and under `inbound/`. */
export function handoffFolder(request: Pick<HandoffRequest, "jobId" | "step" | "ownFolder">): string {
  return request.ownFolder ? `${request.jobId}/${request.step}/` : `${request.jobId}/`;
}

/** When a hand-off runs out, ISO 8601. */
export function handoffDeadline(request: Pick<HandoffRequest, "enteredAt" | "deadlineSeconds">): string {
  return new Date(Date.parse(request.enteredAt) + request.deadlineSeconds * 1000).toISOString();
}

/** What the other side finds in `data.json`. */
export function outboundData(request: HandoffRequest, bucketName: string): JsonObject {
  const { jobId, process, step, client, parameters, results } = request;
  const deadline = handoffDeadline(request);
  const inbound = `s3://${bucketName}/inbound/${handoffFolder(request)}`;
  return { jobId, process, step, client, parameters, results, deadline, inbound };
}

/** A key under `inbound/`, taken apart. */
export interface InboundKey {
  readonly jobId: string;
  readonly folder: string;
  readonly file: string;
}

/** Takes the key of an S3 event apart; such keys are URL-encoded, with `+` for a space. */
export function parseInboundKey(encodedKey: string): InboundKey | undefined {
  const key = decodeURIComponent(encodedKey.replace(/\+/g, " "));
  const match = /^inbound\/(([^/]+)\/(?:[^/]+\/)?)([^/]+)$/.exec(key);
  const [, folder, jobId, file] = match ?? [];
  return folder && jobId && file ? { folder, jobId, file } : undefined;
}

/** The most that a callback may hold, in bytes: Step Functions takes 262,144 for a task's output, and adds to it. */
export const callbackLimit = 200 * 1024;

/** A callback's content; an empty file is `{}`. @throws CallbackRejected when it cannot be used */
export function parseCallback(file: string, content: string): Json {
  if (content.trim() === "") return {};
  try {
    return JSON.parse(content) as Json;
  } catch (error) {
    throw callbackRejected(`${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const rejectedName = "CallbackRejected";

/** An error that means: this file resumes nothing, tell the other side why. Named rather than a class, since closures lose classes of errors. */
export function callbackRejected(reason: string): Error {
  return Object.assign(new Error(reason), { name: rejectedName });
}

export function isCallbackRejected(error: unknown): error is Error {
  return error instanceof Error && error.name === rejectedName;
}

/** The error that a `failure.json` gives the workflow. Names that Step Functions keeps for itself are not the partner's to use. */
export function failureOf(content: Json): { error: string; cause: string } {
  const { error, cause } =
    typeof content === "object" && content !== null && !Array.isArray(content)
      ? (content as JsonObject)
      : { error: undefined, cause: content };
  const usable = typeof error === "string" && error !== "" && !error.startsWith("States.");
  const reason = cause ?? (usable ? "the other side gave no cause" : content);
  return {
    error: usable ? error.slice(0, 256) : "HandoffFailed",
    cause: (typeof reason === "string" ? reason : JSON.stringify(reason)).slice(0, 32_768),
  };
}
