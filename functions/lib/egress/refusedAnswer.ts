import type { IncomingMessage } from "node:http";
import { egressFailure, egressInterruption, type EgressError } from "./errors";
import { retryAfterSeconds } from "./retryAfter";

/** What was asked of whom, as far as it decides what an answer means. */
export interface Asked {
  /** For messages. */
  readonly asked: string;
  /** Is not repeated, whatever the platform does. */
  readonly token: string;
  /** Whether the token was sent. */
  readonly authorized: boolean;
  /** The first byte that was wanted. */
  readonly from: number;
  /** How long to wait for the text of an answer, in milliseconds. */
  readonly answerMs: number;
}

/** What an answer that has no output means for the delivery. Its text, which may explain it, is read a little way. */
export async function refusedAnswer(response: IncomingMessage, asked: Asked): Promise<EgressError> {
  const { statusCode: status = 0, statusMessage = "", headers } = response;
  const text = await textOf(response, asked);
  const answered = `${asked.asked} was answered ${`${status} ${statusMessage}`.trim()}${text && `: ${text}`}`;
  if (status === 404 || status === 410) {
    return egressFailure("OutputGone", `The platform does not have the output (any more): ${answered}`);
  }
  const code = interruptionCode(status, asked);
  if (code === undefined) {
    return egressFailure("PlatformRefused", `The platform refuses to give the output: ${answered}`);
  }
  const wait = retryAfterSeconds(headers["retry-after"], Date.now());
  return egressInterruption(code, `${meanings[code]}: ${answered}`, wait);
}

const meanings = {
  TokenRefused: "The platform refuses the token",
  AccessRefused: "The platform refuses access to the output",
  PlatformUnavailable: "The platform cannot give the output now",
  OutputChanged: "The output is not as long as what there was of it before",
  UnexpectedAnswer: "The answer has no output",
} as const;

/** Nothing if trying again would not help. */
function interruptionCode(status: number, { authorized, from }: Asked): keyof typeof meanings | undefined {
  // A host that was not sent the token cannot mean it.
  if (status === 401) return authorized ? "TokenRefused" : "AccessRefused";
  if (status === 403) return "AccessRefused";
  if ([408, 425, 429].includes(status) || status >= 500) return "PlatformUnavailable";
  if (status === 416 && from > 0) return "OutputChanged";
  return status >= 400 ? undefined : "UnexpectedAnswer";
}

const textBytes = 4_096;
const textCharacters = 200;

/** The beginning of an answer's text, in one line, without the token. */
async function textOf(response: IncomingMessage, { token, answerMs }: Asked): Promise<string> {
  const chunks: Buffer[] = [];
  const timer = setTimeout(() => response.destroy(), answerMs);
  try {
    let read = 0;
    for await (const chunk of response) {
      chunks.push(chunk as Buffer);
      read += (chunk as Buffer).length;
      // Leaving the loop destroys the answer.
      if (read >= textBytes) break;
    }
  } catch {
    // What matters is the status; the text, or the rest of it, is only an explanation.
  } finally {
    clearTimeout(timer);
  }
  const text = Buffer.concat(chunks).toString("utf8", 0, textBytes);
  const line = withoutToken(text, token).replace(/[\s\p{C}]+/gu, " ");
  return [...line.trim()].slice(0, textCharacters).join("");
}

function withoutToken(text: string, token: string): string {
  return text.replaceAll(token, "(token)").replaceAll(encodeURIComponent(token), "(token)");
}
