import type { Timing } from "./timing";

const mostAttempts = 16;
const firstPause = 200;
const longestPause = 10_000;

/**
 * Calls a service, and calls again when it asks for less or fails by itself, after pauses that double (full jitter), for
 * a minute or so.
 * @throws the last error; others than those at once
 */
export async function persist<T>(call: () => Promise<T>, { wait, random }: Timing): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (attempt === mostAttempts || !mayPass(error)) throw error;
      await wait(random() * Math.min(longestPause, firstPause * 2 ** (attempt - 1)));
    }
  }
}

/** Whether an error of an SDK is one that another attempt may not meet. */
function mayPass(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
  return isTransient(name, message, $metadata?.httpStatusCode ?? 0) || /^(TimeoutError|ECONN)/.test(name);
}

/** Whether what AWS answers says that there were too many calls, or that it failed itself. */
export function isTransient(code: string, message: string, status: number): boolean {
  return (
    status >= 500 || status === 429 || /Throttl|TooManyRequests|Rate exceeded/i.test(`${code} ${message}`)
  );
}
