import type { JsonObject } from "./job";

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
  /** Whether answers that are larger than the workflow carries go by reference. */
  readonly largeResults?: boolean;
}

/** What a callback does: ends the hand-off well or badly, or says that the other side is still at it. */
export type CallbackKind = "success" | "failure" | "heartbeat";

/** The file names that mean something under `inbound/<jobId>/`. */
const callbackFiles: Readonly<Record<string, CallbackKind>> = {
  "success.json": "success",
  "failure.json": "failure",
  "heartbeat.json": "heartbeat",
};

/** The names of all callbacks, in the order in which S3 lists them. */
export const callbackNames: readonly string[] = Object.keys(callbackFiles).sort();

/** The names of the callbacks that end a hand-off. */
export const answerNames: readonly string[] = callbackNames.filter(
  (file) => callbackFiles[file] !== "heartbeat",
);

/** The file that explains why a callback was rejected. */
export const rejectionFile = "rejected.json";

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

/** What Step Functions lets a state pass on, in bytes, and what of it is kept free for what the workflow adds. */
const [stateLimit, stateMargin] = [262_144, 4_096];

/** The bytes that an answer may have beside what the workflow carries already. */
export function answerRoom({ jobId, process, client, parameters, results }: HandoffRequest): number {
  const carried = Buffer.byteLength(JSON.stringify({ jobId, process, client, parameters, results }));
  return Math.max(0, Math.min(callbackLimit, stateLimit - carried - stateMargin));
}
