import type { Json, JsonObject } from "../lib/job";
import type { Transform } from "./transform";

/** The largest labels document that is read, in bytes. */
const documentLimit = 64 * 1024 * 1024;

/**
 * Adds the attribute `Video-Quality` to a labels document, from the mean confidence of what was detected: `high` from
 * 0.8, `medium` from 0.5, else `low`; `unknown` where nothing was. Other files pass unchanged.
 */
export const videoQuality: Transform = async function* (source, { contentType, fileName }) {
  if (!/\bjson\b/.test(contentType) && !fileName.endsWith(".json")) {
    yield* source;
    return;
  }
  const document = JSON.parse((await readAll(source)).toString("utf8")) as Json;
  if (!isObject(document)) throw new Error("A labels document is a JSON object; this is none.");
  yield Buffer.from(JSON.stringify(withQuality(document)));
};

async function readAll(source: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    if (bytes > documentLimit)
      throw new Error(`A labels document may have ${documentLimit} bytes; this has more.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** A document's attributes are a list, inside an object of the same name. */
function withQuality(document: JsonObject): JsonObject {
  const container = isObject(document["attrs"]) ? document["attrs"] : {};
  const attributes = Array.isArray(container["attrs"]) ? (container["attrs"] as readonly Json[]) : [];
  const others = attributes.filter((each) => !isObject(each) || each["name"] !== "Video-Quality");
  const attribute = { type: "categorical", name: "Video-Quality", value: qualityOf(confidencesIn(document)) };
  return { ...document, attrs: { ...container, attrs: [...others, attribute] } };
}

function qualityOf(confidences: readonly number[]): string {
  if (confidences.length === 0) return "unknown";
  const mean = confidences.reduce((sum, each) => sum + each, 0) / confidences.length;
  return mean >= 0.8 ? "high" : mean >= 0.5 ? "medium" : "low";
}

function confidencesIn(value: Json): number[] {
  if (typeof value !== "object" || value === null) return [];
  const own = isObject(value) && typeof value["confidence"] === "number" ? [value["confidence"]] : [];
  return [...own, ...Object.values(value).flatMap((inner: Json) => confidencesIn(inner))];
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
