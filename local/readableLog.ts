import type { Log } from "./log";

/** A line of a function's structured log. */
interface StructuredLine {
  readonly level?: string;
  readonly message?: string;
  readonly jobId?: string;
  readonly process?: string;
  readonly error?: { readonly name?: string; readonly message?: string; readonly stack?: string };
  readonly [field: string]: unknown;
}

/**
 * Writes the lines of the local cloud for people: the time, and of a function's JSON the job, what happened and the
 * fields that say more. Other lines are written as they are. Control characters are escaped: what a function logs came
 * from elsewhere, and must not command the terminal.
 */
export function readableLog(write: (line: string) => void, now: () => Date = () => new Date()): Log {
  return (line) => write(`${clockTime(now())}  ${readable(line)}`);
}

function clockTime(time: Date): string {
  return [time.getHours(), time.getMinutes(), time.getSeconds()]
    .map((part) => String(part).padStart(2, "0"))
    .join(":");
}

/** `<function>: {"message":…}` as a sentence. */
function readable(line: string): string {
  const start = line.indexOf("{");
  const parsed = start < 0 ? undefined : parseLine(line.slice(start));
  if (parsed?.message === undefined) return escaped(line, /[^\P{Cc}\t\n]/gu);
  const { level, message, jobId, process, error, ...rest } = parsed;
  const fields = Object.entries(rest).filter(([name]) => !forMachines.has(name));
  const about = [process, jobId].filter((part) => part !== undefined).join(" ");
  const more = fields.map(([name, value]) => `${name}=${asText(value)}`);
  const failure = error ? [`${error.name ?? "Error"}: ${error.message ?? ""}`] : [];
  const source = level === "ERROR" ? `${line.slice(0, start).trim()} ` : "";
  const parts = [about, `${source}${message}`, ...more, ...failure].filter((part) => part !== "");
  const lines = [parts.join("  "), ...ownFrames(error?.stack ?? "")];
  // A line of its own would pass for another entry.
  return lines.map((each) => escaped(each, /[^\P{Cc}\t]/gu)).join(`\n${indentation}`);
}

/** What finds a line among many; here one sees where it stands. */
const forMachines: ReadonlySet<string> = new Set(["timestamp", "requestId", "coldStart", "archive", "_aws"]);

/** As wide as the time. */
const indentation = " ".repeat(10);

/** The frames of a stack that are in our sources. */
function ownFrames(stack: string): string[] {
  const frames = stack.split("\n").map((line) => line.trim());
  return frames.filter((line) => /^at .*\.ts:\d+:\d+\)?$/.test(line));
}

function escaped(text: string, characters: RegExp): string {
  return text.replace(characters, (each) => `\\x${each.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

function parseLine(text: string): StructuredLine | undefined {
  try {
    return JSON.parse(text) as StructuredLine;
  } catch {
    // Not every line with a brace is JSON; it is shown as it is.
    return undefined;
  }
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
