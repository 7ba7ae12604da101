import { invalidParameter } from "./errors";
import { parseJsonPattern } from "./jsonPattern";

/** Whether a message matches. */
export type MessageFilter = (message: string) => boolean;

interface Term {
  /** `?` for one of several, `-` for one that must not occur, otherwise one that must. */
  readonly sign: string;
  readonly text: string;
}

/** A sign, and then a phrase in quotes or a word. */
const termPattern = /\s*([?-]?)(?:"((?:[^"\\]|\\.)*)"|(\w+))(?=\s|$)/y;

/**
 * Reads a filter pattern: terms, which are case-sensitive, or one comparison of a JSON property. Patterns with regular
 * expressions, fields in brackets and joined comparisons are not known here.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 * @throws AwsError InvalidParameterException
 */
export function parseFilterPattern(pattern: string): MessageFilter {
  const trimmed = pattern.trim();
  if (trimmed.startsWith("{")) return parseJsonPattern(trimmed);
  const terms = parseTerms(trimmed);
  const texts = (sign: string) => terms.filter((term) => term.sign === sign).map(({ text }) => text);
  const [wanted, unwanted, anyOf] = [texts(""), texts("-"), texts("?")];
  // AWS ignores "?" beside terms of the other kinds.
  if (anyOf.length > 0 && anyOf.length === terms.length) {
    return (message) => anyOf.some((text) => message.includes(text));
  }
  return (message) =>
    wanted.every((text) => message.includes(text)) && !unwanted.some((text) => message.includes(text));
}

function parseTerms(pattern: string): readonly Term[] {
  const terms: Term[] = [];
  termPattern.lastIndex = 0;
  while (termPattern.lastIndex < pattern.length) {
    const match = termPattern.exec(pattern);
    if (!match) throw invalidPattern();
    const [, sign = "", phrase, word = ""] = match;
    terms.push({ sign, text: phrase?.replace(/\\(.)/g, "$1") ?? word });
  }
  return terms;
}

function invalidPattern() {
  return invalidParameter("Invalid filter pattern");
}
