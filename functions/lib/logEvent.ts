import { invocation } from "./invocation";

/** What a log line is about; every field is searchable in CloudWatch Logs Insights. */
export interface LogFields {
  readonly jobId?: string;
  readonly process?: string;
  readonly step?: string;
  readonly status?: string;
  readonly [field: string]: unknown;
}

/** Writes one line of JSON, with the request and whether it met a cold start. */
export function logEvent(message: string, fields: LogFields): void {
  writeLine("INFO", message, fields);
}

/** Writes an error with its name and stack, and with the hash of the archive, for `npm run trace`. */
export function logError(message: string, error: unknown, fields: LogFields): void {
  const { name, message: text, stack } = error instanceof Error ? error : new Error(String(error));
  const archive = process.env["ARCHIVE_HASH"];
  writeLine("ERROR", message, { ...fields, archive, error: { name, message: text, stack } });
}

/**
 * Past the console, which in Lambda's JSON log format would put the line as a text into the `message` of its own; what
 * is JSON with `timestamp` and `level` already is kept as it is.
 * Source: https://github.com/aws/aws-lambda-nodejs-runtime-interface-client (src/LogPatch.js)
 */
export function writeLine(level: "INFO" | "ERROR", message: string, fields: LogFields): void {
  const line = { timestamp: new Date().toISOString(), level, message, ...invocation, ...fields };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
