/** Bytes that a state's input or output, an execution's input or a callback's output may have. */
export const payloadLimit = 262_144;

/** Events of an execution's history. Source: https://docs.aws.amazon.com/step-functions/latest/dg/bp-history-limit.html */
export const historyLimit = 25_000;

/** Finished executions that are kept to be described. */
export const finishedExecutionsKept = 20_000;

/** Whether a value's JSON is over the payload limit. */
export function isTooLarge(value: unknown): boolean {
  return Buffer.byteLength(JSON.stringify(value)) > payloadLimit;
}
