import { readCause } from "../jobError";

/** Causes may have 32,768 characters, and a job many attempts: what is shown is the beginning. */
const longestCause = 1_024;

/** An error and its cause as callers read them; each only where there is one. */
export function failure(error: string | undefined, cause: string | undefined) {
  const text = readCause(cause ?? "");
  return { ...(error ? { error } : {}), ...(text === "" ? {} : { cause: beginning(text) }) };
}

function beginning(text: string): string {
  return text.length <= longestCause ? text : `${text.slice(0, longestCause).replace(/\p{Cs}$/u, "")}…`;
}
