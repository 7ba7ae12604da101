import type { Access } from "../../local/iam/access";
import { statementsOf } from "../../local/iam/grants";
import { allowedUnused } from "./allowedUnused";

/** One statement that allows something, and how to take it away. */
export interface GrantedStatement {
  /** For example `start-jobs/UpdateJobs`; physical names without their hash. */
  readonly title: string;
  readonly actions: readonly string[];
  /** Takes the statement out of its policy; returns what puts it back. */
  remove(): () => void;
}

/** Every statement of the program's roles and resources that a scenario on a laptop can need. */
export function grantedStatements(access: Access): GrantedStatement[] {
  const { roles, resourcePolicies } = access;
  const ofRoles = roles.roleArns().flatMap((arn) => {
    const role = arn.slice(arn.lastIndexOf("/") + 1);
    if (role === "operator") return [];
    return [...roles.inlineDocumentsOf(arn)].flatMap(([name, document]) =>
      statementsIn(label(role).replace(/-role$/, ""), document, (changed) =>
        roles.putRolePolicy(role, name, changed),
      ),
    );
  });
  const own = [...resourcePolicies.documents()].filter(([arn]) => !arn.endsWith(":test-inbox"));
  const ofResources = own.flatMap(([arn, document]) =>
    statementsIn(label(arn.replace(/^.*[:/]/, "")), document, (changed) =>
      resourcePolicies.put(arn, changed),
    ),
  );
  return [...ofRoles, ...ofResources];
}

function statementsIn(
  owner: string,
  document: string | object,
  put: (document: string) => void,
): GrantedStatement[] {
  const statements = statementsOf(document);
  const documentOf = (kept: readonly object[]) => JSON.stringify({ Version: "2012-10-17", Statement: kept });
  return statements.flatMap((statement, index) => {
    const actions = [statement.Action ?? []].flat();
    const sid = label(statement.Sid ?? String(index));
    const needed = actions.some(
      (action) => !allowedUnused({ policy: "", statement: index, sid, principal: "", action, resources: [] }),
    );
    if (statement.Effect !== "Allow" || !needed) return [];
    const remove = () => {
      // A policy needs a statement; this one allows nothing that there is.
      const others = statements.filter((other) => other !== statement);
      put(documentOf(others.length > 0 ? others : [{ ...statement, Action: ["sts:GetSessionToken"] }]));
      return () => put(documentOf(statements));
    };
    return [{ title: `${owner}/${sid}`, actions, remove }];
  });
}

/** A key is called by its kind: its id says nothing. */
function label(name: string): string {
  return /^[0-9a-f-]{36}$/.test(name)
    ? "key"
    : name.replace(/-[0-9a-f]{7}$/, "").replace(/-[0-9a-f]{7}(?=-|$)/g, "");
}
