/** What a log line is about; every field is searchable in CloudWatch Logs Insights. */
export interface LogFields {
  readonly jobId?: string;
  readonly process?: string;
  readonly step?: string;
  readonly status?: string;
  readonly [field: string]: unknown;
}

/** Writes one line of JSON, which Lambda's JSON log format keeps as it is. */
export function logEvent(message: string, fields: LogFields): void {
  console.log(JSON.stringify({ level: "INFO", message, ...fields }));
}

/** Writes an error with its name and stack. */
export function logError(message: string, error: unknown, fields: LogFields): void {
  const { name, message: text, stack } = error instanceof Error ? error : new Error(String(error));
  console.error(
    JSON.stringify({ level: "ERROR", message, ...fields, error: { name, message: text, stack } }),
  );
}
