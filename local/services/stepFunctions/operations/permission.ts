import type { RequiredPermission } from "../../service";

/** The permission of an operation on the resource that its input names; a malformed one is for the operation to refuse. */
export function permission(operation: string, resource: unknown): readonly RequiredPermission[] {
  const named = typeof resource === "string" && resource !== "";
  return [{ action: `states:${operation}`, resource: named ? resource : "*" }];
}
