import type { Account } from "../../account";
import type { JsonObject } from "../jsonProtocol";
import type { RequiredPermission } from "../service";
import { batchArn } from "./arns";

/**
 * What operations on jobs need; the rest of Batch's reading knows no resource.
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_batch.html
 */
export function jobPermission(account: Account, action: "CancelJob" | "TerminateJob", input: JsonObject) {
  return permissions(`batch:${action}`, [name(input, "jobId", (id) => batchArn(account, "job", id))]);
}

/**
 * SubmitJob needs the queue and the job definition, the latter as the request names it: with its revision or without.
 * The id of a job that is tagged is not known yet.
 */
export function submitPermissions(account: Account, input: JsonObject): readonly RequiredPermission[] {
  const { tags } = input;
  return [
    ...permissions("batch:SubmitJob", [
      name(input, "jobQueue", (queue) => batchArn(account, "job-queue", queue)),
      name(input, "jobDefinition", (definition) => batchArn(account, "job-definition", definition)),
    ]),
    ...(isObject(tags) && Object.keys(tags).length > 0
      ? tagPermissions("batch:TagResource", batchArn(account, "job", "*"), tags)
      : []),
  ];
}

/** @param tags those given, or the keys of those taken away */
export function tagPermissions(
  action: string,
  resource: unknown,
  tags: JsonObject | readonly string[],
): readonly RequiredPermission[] {
  const keys = Array.isArray(tags) ? (tags as readonly string[]) : Object.keys(tags);
  const given = Array.isArray(tags)
    ? []
    : Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, String(value)]);
  const context = { "aws:TagKeys": keys, ...(Object.fromEntries(given) as Record<string, string>) };
  return permissions(action, [resource]).map((permission) => ({ ...permission, context }));
}

export function everywhere(action: string): readonly RequiredPermission[] {
  return permissions(action, ["*"]);
}

/** One for each resource; what is not named is refused before permissions matter. */
function permissions(action: string, resources: readonly unknown[]): readonly RequiredPermission[] {
  return resources.flatMap((resource) => (typeof resource === "string" ? [{ action, resource }] : []));
}

function name(input: JsonObject, member: string, arnOf: (name: string) => string): string | undefined {
  const value = input[member];
  return typeof value === "string" ? arnOf(value) : undefined;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
