import type { EventEnvelope } from "./eventEnvelope";
import { readPath, valueAt } from "./jsonPath";
import { validation } from "./putEvents";
import type { Rule } from "./rules";
import type { InputTransformer, Target } from "./target";

const mostPaths = 100;

type Token = { readonly text: string } | { readonly name: string; readonly quoted: boolean };

const predefined = [
  ...["aws.events.rule-arn", "aws.events.rule-name", "aws.events.event.ingestion-time"],
  ...["aws.events.event", "aws.events.event.json"],
];

/**
 * What a target is sent: the event, a part of it, a constant, or a template filled in.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export function targetInput(target: Target, rule: Rule, event: EventEnvelope): string {
  if (target.Input !== undefined) return target.Input;
  if (target.InputPath !== undefined) return JSON.stringify(valueAt(event, target.InputPath) ?? {});
  if (target.InputTransformer !== undefined) return transform(target.InputTransformer, rule, event);
  return JSON.stringify(event);
}

/** Text and placeholders in turn. @throws AwsError for a path that is none, or a placeholder without a value */
export function readTemplate({
  InputPathsMap: paths = {},
  InputTemplate: template,
}: InputTransformer): Token[] {
  const names = Object.keys(paths);
  if (names.length > mostPaths) throw validation("InputPathsMap has too many entries.");
  for (const path of Object.values(paths)) readPath(path);
  const reserved = names.find((name) => /^aws/i.test(name));
  if (reserved) throw validation(`InputPathsMap key ${reserved} is reserved.`);
  const tokens = tokensOf(template);
  for (const token of tokens) {
    if ("name" in token && !names.includes(token.name) && !predefined.includes(token.name)) {
      throw validation(`Invalid placeholder <${token.name}> in InputTemplate.`);
    }
  }
  return tokens;
}

function tokensOf(template: string): Token[] {
  const tokens: Token[] = [];
  let quoted = false;
  for (const [token, name] of template.matchAll(/<([\w.-]+)>|\\.|[^]/g)) {
    if (token === '"') quoted = !quoted;
    tokens.push(name === undefined ? { text: token } : { name, quoted });
  }
  return tokens;
}

function transform(transformer: InputTransformer, rule: Rule, event: EventEnvelope): string {
  const values = valuesOf(transformer, rule, event);
  const tokens = readTemplate(transformer);
  return tokens
    .map((token) => ("text" in token ? token.text : fill(values.get(token.name), token.quoted)))
    .join("");
}

/** Within quotes a value is text, elsewhere it is JSON. A value that the event does not have is empty. */
function fill(value: unknown, quoted: boolean): string {
  if (!quoted) return JSON.stringify(value ?? "");
  const text = typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);
  return JSON.stringify(text).slice(1, -1);
}

function valuesOf({ InputPathsMap: paths = {} }: InputTransformer, rule: Rule, event: EventEnvelope) {
  const withoutDetail = Object.fromEntries(Object.entries(event).filter(([name]) => name !== "detail"));
  return new Map<string, unknown>([
    ...Object.entries(paths).map(([name, path]) => [name, valueAt(event, path)] as const),
    ["aws.events.rule-arn", rule.arn],
    ["aws.events.rule-name", rule.name],
    ["aws.events.event.ingestion-time", event.time],
    ["aws.events.event", withoutDetail],
    ["aws.events.event.json", event],
  ]);
}
