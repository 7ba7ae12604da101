/** A line of a handler's structured log, but for its time; what is only a metric has none. */
export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

/** Acts, and keeps what handlers log meanwhile out of the test report. */
export async function loggedBy<T>(act: () => Promise<T>): Promise<{ result: T; lines: LogLine[] }> {
  const lines: LogLine[] = [];
  const { stdout } = process;
  const write = stdout.write.bind(stdout);
  stdout.write = (text) => {
    const { timestamp, ...line } = JSON.parse(String(text)) as LogLine & { timestamp?: string };
    const isTime = timestamp === undefined || new Date(timestamp).toISOString() === timestamp;
    if (!isTime) throw new Error(`${timestamp} is no time`);
    lines.push(line);
    return true;
  };
  try {
    return { result: await act(), lines };
  } finally {
    stdout.write = write;
  }
}
