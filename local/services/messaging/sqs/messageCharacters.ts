import * as path from "node:path";
import { pathToFileURL } from "node:url";

/** Not exported by the package. */
const engineTypes = "../../../../node_modules/fauxqs/dist/sqs/sqsTypes.js";

/** The control characters but tab and the ends of lines, halves of surrogate pairs, U+FFFE and U+FFFF. */
const refused = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

/**
 * Lets messages have the characters above U+FFFF, such as emoji: the engine's own check takes their halves for
 * characters that SQS refuses.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export async function allowAllMessageCharacters(): Promise<void> {
  const { href } = pathToFileURL(path.resolve(__dirname, engineTypes));
  const { INVALID_MESSAGE_BODY_CHAR: check } = (await import(href)) as Record<string, unknown>;
  if (!(check instanceof RegExp)) throw new Error(`${href} has no check of the characters of a message`);
  check.test = (text) => refused.test(text);
}
