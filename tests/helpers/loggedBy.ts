/** A line of a handler's structured log, but for its time. */
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
    const { timestamp, ...line } = JSON.parse(String(text)) as LogLine & { timestamp: string };
    if (new Date(timestamp).toISOString() !== timestamp) throw new Error(`${timestamp} is no time`);
    lines.push(line);
    return true;
  };
  try {
    return { result: await act(), lines };
  } finally {
    stdout.write = write;
  }
}
