import { parseConditions } from "./conditions";
import { isRecord, oneOrMore, type JsonRecord } from "./json";
import { parseTemplate, type Template } from "./patterns";
import type { Patterns, PolicyKind, Statement } from "./policy";
import { PolicyError } from "./policyError";
import { parsePrincipal, type PrincipalElement } from "./principalElement";
import { parseResource } from "./resourcePattern";

/** What the parsing of a statement needs to know of its document. */
export interface Surroundings {
  readonly kind: PolicyKind;
  /** Documents of 2008-10-17 know no policy variables. */
  readonly variables: boolean;
}

const statementElements = new Set(
  "Sid Effect Principal NotPrincipal Action NotAction Resource NotResource Condition".split(" "),
);

/**
 * Parses one statement.
 * @param index its place in the document, from 0
 * @throws PolicyError naming the statement, the bad element and the rule
 */
export function parseStatement(value: unknown, index: number, surroundings: Surroundings): Statement {
  const place = `statement ${index}`;
  if (!isRecord(value)) throw new PolicyError(place, "must be an object");
  const sid = parseSid(value["Sid"], surroundings.kind, place);
  const here = sid === undefined ? place : `${place} (Sid ${sid})`;
  for (const name of Object.keys(value)) {
    if (!statementElements.has(name))
      throw new PolicyError(`${here}, ${name}`, "is no element of a statement");
  }
  const effect = value["Effect"];
  if (effect !== "Allow" && effect !== "Deny") {
    throw new PolicyError(`${here}, Effect ${JSON.stringify(effect)}`, "must be Allow or Deny");
  }
  const principal = principalOf(value, effect, surroundings, here);
  const resource = resourcesOf(value, surroundings, here);
  return {
    ...(sid === undefined ? {} : { sid }),
    effect,
    ...(principal ? { principal } : {}),
    action: actionsOf(value, surroundings, here),
    ...(resource ? { resource } : {}),
    conditions:
      value["Condition"] === undefined
        ? []
        : parseConditions(value["Condition"], surroundings.variables, `${here}, Condition`),
  };
}

function parseSid(value: unknown, kind: PolicyKind, place: string): string | undefined {
  if (value === undefined || value === "") return undefined;
  const here = `${place}, Sid ${JSON.stringify(value)}`;
  if (typeof value !== "string") throw new PolicyError(here, "must be a string");
  if (kind !== "resource" && !/^[0-9A-Za-z]*$/.test(value)) {
    throw new PolicyError(here, "may have only letters and digits");
  }
  return value;
}

function principalOf(
  statement: JsonRecord,
  effect: Statement["effect"],
  { kind }: Surroundings,
  place: string,
): PrincipalElement | undefined {
  const name = elementName(statement, "Principal", "NotPrincipal", place);
  if (kind === "identity") {
    if (name === undefined) return undefined;
    throw new PolicyError(`${place}, ${name}`, "an identity policy must not name a principal");
  }
  if (name === undefined) throw new PolicyError(`${place}, Principal`, `a ${kind} policy must name one`);
  const here = `${place}, ${name}`;
  if (name === "NotPrincipal" && kind === "trust")
    throw new PolicyError(here, "a trust policy must not have it");
  if (name === "NotPrincipal" && effect === "Allow")
    throw new PolicyError(here, "must be used with Effect Deny");
  return parsePrincipal(statement[name], name === "NotPrincipal", here);
}

function actionsOf(statement: JsonRecord, { kind }: Surroundings, place: string): Patterns {
  const name = elementName(statement, "Action", "NotAction", place);
  if (name === undefined)
    throw new PolicyError(`${place}, Action`, "a statement must have Action or NotAction");
  if (name === "NotAction" && kind === "trust") {
    throw new PolicyError(`${place}, NotAction`, "a trust policy names only actions of sts");
  }
  return patternsOf(statement, name, place, (text, here) => parseAction(text, kind, here));
}

function parseAction(text: string, kind: PolicyKind, place: string): Template {
  if (!/^(?:\*|(?:\*|[A-Za-z0-9-]+):[A-Za-z0-9*?]+)$/.test(text)) {
    throw new PolicyError(
      place,
      'must be "*" or a service prefix, one colon and a name, such as s3:GetObject',
    );
  }
  if (kind === "trust" && !/^sts:/i.test(text)) {
    throw new PolicyError(place, "a trust policy names only actions of sts");
  }
  return parseTemplate(text.toLowerCase(), { wildcards: true, variables: false }, place);
}

function resourcesOf(
  statement: JsonRecord,
  { kind, variables }: Surroundings,
  place: string,
): Patterns | undefined {
  const name = elementName(statement, "Resource", "NotResource", place);
  if (kind === "trust") {
    if (name === undefined) return undefined;
    throw new PolicyError(`${place}, ${name}`, "a trust policy must not name a resource");
  }
  if (name === undefined) {
    throw new PolicyError(`${place}, Resource`, "a statement must have Resource or NotResource");
  }
  return patternsOf(statement, name, place, (text, here) => parseResource(text, variables, here));
}

/** Which of two elements that exclude each other the statement has. */
function elementName(
  statement: JsonRecord,
  name: string,
  notName: string,
  place: string,
): string | undefined {
  const found = [name, notName].filter((each) => statement[each] !== undefined);
  if (found.length > 1) throw new PolicyError(`${place}, ${name}`, `cannot stand beside ${notName}`);
  return found[0];
}

function patternsOf(
  statement: JsonRecord,
  name: string,
  place: string,
  parse: (text: string, place: string) => Template,
): Patterns {
  const values = oneOrMore(statement[name]);
  if (values.length === 0) throw new PolicyError(`${place}, ${name}`, "must have at least one value");
  const templates = values.map((value) => {
    const here = `${place}, ${name} ${JSON.stringify(value)}`;
    if (typeof value !== "string") throw new PolicyError(here, "must be a string");
    return parse(value, here);
  });
  return { negated: name.startsWith("Not"), templates };
}
