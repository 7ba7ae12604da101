import { randomUUID } from "node:crypto";
import { AwsError } from "../service";

/** A resource-based policy, as AddPermission builds it. */
export interface ResourcePolicy {
  readonly Version: "2012-10-17";
  readonly Id: "default";
  readonly Statement: readonly object[];
}

/** Who may invoke each function, beside those whom their own policies allow. */
export class ResourcePolicies {
  readonly #policies = new Map<string, { policy: ResourcePolicy; revisionId: string }>();

  /** @throws AwsError ResourceConflictException when a statement has this `Sid` */
  add(functionName: string, statement: object): void {
    const statements = this.of(functionName)?.policy.Statement ?? [];
    const id = sid(statement);
    if (id !== undefined && statements.some((other) => sid(other) === id)) {
      throw new AwsError(
        "ResourceConflictException",
        `The statement id (${id}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
        409,
      );
    }
    const policy = { Version: "2012-10-17", Id: "default", Statement: [...statements, statement] } as const;
    this.#policies.set(functionName, { policy, revisionId: randomUUID() });
  }

  of(functionName: string): { readonly policy: ResourcePolicy; readonly revisionId: string } | undefined {
    return this.#policies.get(functionName);
  }
}

function sid(statement: object): string | undefined {
  return "Sid" in statement && typeof statement.Sid === "string" ? statement.Sid : undefined;
}
