import { holds } from "./conditions";
import { matches, resolve } from "./patterns";
import type { NamedPolicy, Patterns, Policy, Statement, StatementReference } from "./policy";
import type { EvaluationRequest } from "./request";
import { requestContext, type RequestContext } from "./requestContext";

/** The statements of one effect whose action, resource and conditions fit; whom they name is not looked at. */
export function applicable(
  { name, policy }: NamedPolicy,
  effect: Statement["effect"],
  request: EvaluationRequest,
  context: RequestContext,
): readonly { statement: Statement; reference: StatementReference }[] {
  const found = [];
  for (const index of aboutAction(policy, request.action)[effect]) {
    const statement = policy.statements[index];
    if (!statement || !applies(statement, request, context)) continue;
    const sid = statement.sid === undefined ? {} : { sid: statement.sid };
    found.push({ statement, reference: { policy: name, statement: index, ...sid } });
  }
  return found;
}

/** The places of a policy's statements about an action, by their effect. */
type AboutAction = Readonly<Record<Statement["effect"], readonly number[]>>;

/** Patterns of actions have no variables: which statements are about an action follows from the policy alone. */
const known = new WeakMap<Policy, Map<string, AboutAction>>();

function aboutAction(policy: Policy, action: string): AboutAction {
  const byAction = known.get(policy) ?? new Map<string, AboutAction>();
  known.set(policy, byAction);
  const before = byAction.get(action);
  if (before) return before;
  const about = { Allow: [] as number[], Deny: [] as number[] };
  policy.statements.forEach(({ effect, action: patterns }, index) => {
    if (covers(patterns, action.toLowerCase(), noContext, effect === "Deny")) about[effect].push(index);
  });
  byAction.set(action, about);
  return about;
}

const noContext = requestContext();

function applies(statement: Statement, request: EvaluationRequest, context: RequestContext): boolean {
  // Where AWS defines no answer, a Deny applies and an Allow does not: doubt never allows.
  const inDoubt = statement.effect === "Deny";
  return (
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
