import { engineModule } from "./engineModules";

/** The control characters but tab and the ends of lines, halves of surrogate pairs, U+FFFE and U+FFFF. */
const refused = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

/**
 * Lets messages have the characters above U+FFFF, such as emoji: the engine's own check takes their halves for
 * characters that SQS refuses.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export async function allowAllMessageCharacters(): Promise<void> {
  const check = await engineModule<RegExp>("sqs/sqsTypes.js", "INVALID_MESSAGE_BODY_CHAR");
  check.test = (text) => refused.test(text);
}
