import { randomUUID } from "node:crypto";
import type { JsonObject } from "../jsonProtocol";
import { AwsError } from "../service";
import type { EventContent } from "./eventEnvelope";

/** One entry of PutEvents, as it comes on the wire. */
export interface PutEventsEntry extends JsonObject {
  readonly EventBusName?: string;
}

/** An entry that was read: an event for a bus, or why it is none. */
export type ReadEntry =
  | { readonly busName: string; readonly content: EventContent; readonly time: number | undefined }
  | { readonly ErrorCode: string; readonly ErrorMessage: string };

const mostEntries = 10;

/** In bytes, of all entries together. */
const largestRequest = 1024 * 1024;

/**
 * The entries of a PutEvents request.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 * @throws AwsError when the request as a whole is too large, or has no entries
 */
export function entriesOf({ Entries: entries }: JsonObject): readonly PutEventsEntry[] {
  const list = Array.isArray(entries) ? (entries as PutEventsEntry[]) : [];
  if (list.length < 1 || list.length > mostEntries) {
    const bound = list.length < 1 ? "greater than or equal to 1" : `less than or equal to ${mostEntries}`;
    throw validation(
      `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length ${bound}`,
    );
  }
  if (list.reduce((sum, entry) => sum + sizeOf(entry), 0) > largestRequest) {
    throw validation("Total size of the entries in the request is over the limit.");
  }
  return list;
}

export function readEntry(entry: PutEventsEntry): ReadEntry {
  const { Source: source, DetailType: detailType, Detail: detail, Resources: resources } = entry;
  if (typeof source !== "string" || source === "") return missing("Source");
  if (typeof detailType !== "string" || detailType === "") return missing("DetailType");
  if (typeof detail !== "string" || detail === "") return missing("Detail");
  if (source.startsWith("aws.")) {
    return {
      ErrorCode: "NotAuthorizedForSourceException",
      ErrorMessage: "Not authorized for the source.",
    };
  }
  const parsed = parseObject(detail);
  if (!parsed) return { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." };
  const content = { source, detailType, detail: parsed };
  return {
    busName: entry.EventBusName ?? "default",
    content: Array.isArray(resources) ? { ...content, resources: resources.map(String) } : content,
    time: timeOf(entry["Time"]),
  };
}

/** An entry that was accepted for a bus that is not there gets an id all the same. */
export const unheardOf = () => ({ EventId: randomUUID() });

/** Seconds since the epoch, or a date. */
function timeOf(time: unknown): number | undefined {
  if (typeof time === "number") return time * 1000;
  const parsed = typeof time === "string" ? Date.parse(time) : NaN;
  return Number.isNaN(parsed) ? undefined : parsed;
}

/** Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html */
function sizeOf(entry: PutEventsEntry): number {
  const resources: readonly unknown[] = Array.isArray(entry["Resources"]) ? entry["Resources"] : [];
  const texts = [entry["Source"], entry["DetailType"], entry["Detail"], ...resources];
  const sizes = texts.map((text) => (typeof text === "string" ? Buffer.byteLength(text) : 0));
  return sizes.reduce((sum, size) => sum + size, entry["Time"] === undefined ? 0 : 14);
}

function missing(name: string): ReadEntry {
  const ErrorMessage = `Parameter ${name} is not valid. Reason: ${name} is a required argument.`;
  return { ErrorCode: "InvalidArgument", ErrorMessage };
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export function validation(message: string): AwsError {
  return new AwsError("ValidationException", message);
}
