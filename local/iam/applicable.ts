import { holds } from "./conditions";
import { matches, resolve } from "./patterns";
import type { NamedPolicy, Patterns, Statement, StatementReference } from "./policy";
import type { EvaluationRequest } from "./request";
import type { RequestContext } from "./requestContext";

/** The statements of one effect whose action, resource and conditions fit; whom they name is not looked at. */
export function applicable(
  { name, policy }: NamedPolicy,
  effect: Statement["effect"],
  request: EvaluationRequest,
  context: RequestContext,
): readonly { statement: Statement; reference: StatementReference }[] {
  return policy.statements.flatMap((statement, index) => {
    if (statement.effect !== effect || !applies(statement, request, context)) return [];
    const sid = statement.sid === undefined ? {} : { sid: statement.sid };
    return [{ statement, reference: { policy: name, statement: index, ...sid } }];
  });
}

function applies(statement: Statement, request: EvaluationRequest, context: RequestContext): boolean {
  // Where AWS defines no answer, a Deny applies and an Allow does not: doubt never allows.
  const inDoubt = statement.effect === "Deny";
  return (
    covers(statement.action, request.action.toLowerCase(), context, inDoubt) &&
    (statement.resource === undefined || covers(statement.resource, request.resource, context, inDoubt)) &&
    statement.conditions.every((condition) => holds(condition, context, inDoubt))
  );
}

/**
 * A pattern with a variable without a value matches nothing. What a `NotResource` then covers is in doubt.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
function covers(patterns: Patterns, text: string, context: RequestContext, inDoubt: boolean): boolean {
  const resolved = patterns.templates.map((template) => resolve(template, context));
  const found = resolved.some((glyphs) => glyphs !== undefined && matches(glyphs, text));
  if (!patterns.negated) return found;
  return !found && (inDoubt || !resolved.includes(undefined));
}
