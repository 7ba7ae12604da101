import type { Access } from "./access";

/** One action that one statement of a policy allows. */
export interface Grant {
  /** The policy's name, as decisions refer to it. */
  readonly policy: string;
  /** From 0. */
  readonly statement: number;
  readonly sid: string;
  /** The role's name, or whom a resource's policy admits. */
  readonly principal: string;
  readonly action: string;
  readonly resources: readonly string[];
}

interface DocumentStatement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly Action?: string | readonly string[];
  readonly Resource?: string | readonly string[];
}

/** Everything that the policies of roles and resources allow, but for the operator, who may do everything. */
export function grantsOf({ roles, resourcePolicies }: Access): Grant[] {
  const ofRoles = roles.roleArns().flatMap((arn) => {
    const role = arn.slice(arn.lastIndexOf("/") + 1);
    if (role === "operator") return [];
    return [...roles.inlineDocumentsOf(arn)].flatMap(([name, document]) =>
      grantsIn(`${role}/${name}`, document, () => role),
    );
  });
  const ofResources = [...resourcePolicies.documents()].flatMap(([arn, document]) =>
    grantsIn(`policy of ${arn}`, document, ({ Principal }) => `${JSON.stringify(Principal)} to ${arn}`),
  );
  return [...ofRoles, ...ofResources];
}

function grantsIn(
  policy: string,
  document: string | object,
  principalOf: (statement: DocumentStatement) => string,
): Grant[] {
  return statementsOf(document).flatMap((statement, index) => {
    if (statement.Effect !== "Allow") return [];
    return list(statement.Action).map((action) => ({
      policy,
      statement: index,
      sid: statement.Sid ?? String(index),
      principal: principalOf(statement),
      action,
      resources: list(statement.Resource),
    }));
  });
}

/** The statements of a document, which may be one alone. */
export function statementsOf(document: string | object): readonly DocumentStatement[] {
  const parsed = typeof document === "string" ? (JSON.parse(document) as object) : document;
  const { Statement } = parsed as { Statement: DocumentStatement | readonly DocumentStatement[] };
  return [Statement].flat();
}

function list(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : [value].flat();
}
