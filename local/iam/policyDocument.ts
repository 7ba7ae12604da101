import { duplicateName, isRecord, oneOrMore, type JsonRecord } from "./json";
import type { Policy, PolicyKind, Statement } from "./policy";
import { PolicyError } from "./policyError";
import { parseStatement } from "./policyStatement";

/**
 * Parses and checks a policy document.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 * @param document JSON text, or the object it stands for
 * @throws PolicyError naming the statement, the bad element and the rule
 */
export function parsePolicy(document: string | object, kind: PolicyKind): Policy {
  const body = readDocument(document);
  for (const name of Object.keys(body)) {
    if (!["Version", "Id", "Statement"].includes(name)) {
      throw new PolicyError(`policy element ${name}`, "a policy has only Version, Id and Statement");
    }
  }
  if (kind === "identity" && body["Id"] !== undefined) {
    throw new PolicyError("policy element Id", "an identity policy must not have one");
  }
  const version = body["Version"] ?? "2008-10-17";
  if (version !== "2008-10-17" && version !== "2012-10-17") {
    throw new PolicyError(`Version ${JSON.stringify(version)}`, "must be 2012-10-17 or 2008-10-17");
  }
  const written = body["Statement"] === undefined ? [] : oneOrMore(body["Statement"]);
  if (written.length === 0) throw new PolicyError("policy", "must have at least one statement");
  const surroundings = { kind, variables: version === "2012-10-17" };
  const statements = written.map((statement, index) => parseStatement(statement, index, surroundings));
  if (kind !== "resource") checkUniqueSids(statements);
  return { kind, version, statements };
}

function readDocument(document: string | object): JsonRecord {
  const text = typeof document === "string" ? document : JSON.stringify(document);
  if (/[^\t\n\r\u0020-\u00ff]/.test(text)) {
    throw new PolicyError("policy", "may have only characters up to U+00FF, and no control characters");
  }
  const body = parseJson(text);
  if (!isRecord(body)) throw new PolicyError("policy", "must be a JSON object");
  const twice = duplicateName(text);
  if (twice !== undefined) throw new PolicyError(`element ${twice}`, "must not stand twice in one object");
  return body;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new PolicyError("policy", `is not JSON: ${error.message}`);
    throw error;
  }
}

function checkUniqueSids(statements: readonly Statement[]): void {
  const seen = new Set<string>();
  for (const [index, { sid }] of statements.entries()) {
    if (sid === undefined) continue;
    if (seen.has(sid))
      throw new PolicyError(`statement ${index}, Sid "${sid}"`, "must be unique in the policy");
    seen.add(sid);
  }
}
