import { setTimeout as wait } from "node:timers/promises";

/** How long a local cloud may be away, and the pause between two tries, in milliseconds. */
const [patience, pause] = [180_000, 500];

/**
 * Asks until somebody answers, for the local cloud may be stopped and started meanwhile, and then the SDK's own tries are
 * soon used up. Whatever is not the service's own trouble is an answer.
 */
export async function reaching<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (const until = Date.now() + patience; ; await wait(pause)) {
    try {
      return await ask();
    } catch (error) {
      if (!isAway(error) || Date.now() > until) throw error;
    }
  }
}

const codes = ["ECONNREFUSED", "ECONNRESET", "EPIPE", "UND_ERR_SOCKET"];

/** Nobody listened, or stopped listening; or it is the next one, which does not know the sessions of the last. */
function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  return (
    codes.includes(code ?? "") ||
    error.name === "InvalidAccessKeyId" ||
    isTroubled(error) ||
    (error.cause !== undefined && isAway(error.cause))
  );
}

/** An SDK's error of a service that is overloaded or has failed. */
function isTroubled(error: Error): boolean {
  const { $metadata: { httpStatusCode = 0 } = {} } = error as { $metadata?: { httpStatusCode?: number } };
  return httpStatusCode === 429 || httpStatusCode >= 500;
}
