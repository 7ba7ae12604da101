import type { Json, JsonObject } from "./job";

/** The deepest nesting of objects and arrays that a callback may have. */
const deepestNesting = 100;

/** What a callback says: the other side's own text, for rendering it anew would change numbers, and what it means. */
export interface CallbackContent {
  readonly text: string;
  readonly content: Json;
}

/** Reads a callback's content; an empty file is `{}`. @throws CallbackRejected when it cannot be used */
export function parseCallback(file: string, bytes: Uint8Array): CallbackContent {
  const text = decode(file, bytes);
  if (text.trim() === "") return { text: "{}", content: {} };
  const content = parseJson(file, text);
  if (isTooDeep(content))
    throw callbackRejected(`${file} is nested more than ${deepestNesting} levels deep.`);
  return { text, content };
}

/** The text without a byte order mark. */
function decode(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw callbackRejected(`${file} is not UTF-8.`);
  }
}

function parseJson(file: string, text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw callbackRejected(`${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Level by level rather than by recursion, which a deep text would exhaust. */
function isTooDeep(content: Json): boolean {
  let values: readonly Json[] = [content];
  for (let level = 0; level <= deepestNesting; level++) {
    values = values.flatMap((value) =>
      typeof value === "object" && value !== null ? [value as JsonObject] : [],
    );
    if (values.length === 0) return false;
    values = values.flatMap((value) => Object.values(value as JsonObject));
  }
  return true;
}

const rejectedName = "CallbackRejected";

/** An error that means: this file resumes nothing, tell the other side why. Named rather than a class, since closures lose classes of errors. */
export function callbackRejected(reason: string): Error {
  return Object.assign(new Error(reason), { name: rejectedName });
}

export function isCallbackRejected(error: unknown): error is Error {
  return error instanceof Error && error.name === rejectedName;
}

/** Names that Step Functions keeps for itself, or that the workflow's own retries know. */
function isReserved(error: string): boolean {
  return /^(States|SQS|Batch|Lambda|DynamoDB)\.|^PermanentFailure$/.test(error);
}

/** The start of a text, without halves of surrogate pairs, which are no Unicode. */
function startOf(text: string, length: number): string {
  return text.slice(0, length).replace(/\p{Cs}/gu, "\ufffd");
}

/** The error that a `failure.json` gives the workflow. A name that is not the partner's to use becomes `HandoffFailed`. */
export function failureOf(content: Json): { error: string; cause: string } {
  const { error, cause } =
    typeof content === "object" && content !== null && !Array.isArray(content)
      ? (content as JsonObject)
      : { error: undefined, cause: content };
  const usable = typeof error === "string" && error !== "" && !isReserved(error) && !/\p{Cc}/u.test(error);
  const reason = cause ?? (usable ? "the other side gave no cause" : content);
  return {
    error: usable ? startOf(error, 256) : "HandoffFailed",
    cause: startOf(typeof reason === "string" ? reason : JSON.stringify(reason), 32_768),
  };
}
