import type { Account } from "../../account";
import type { JsonObject } from "../jsonProtocol";
import type { RequiredPermission } from "../service";

/**
 * What an operation needs.
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
 */
export function requiredPermissions(
  account: Account,
  operation: string,
  input: JsonObject,
): readonly RequiredPermission[] {
  return resources(account, operation, input).map((resource) => ({
    action: `dynamodb:${operation}`,
    resource,
  }));
}

/** The ARN of a table of the account. */
export function tableArn({ partition, region, accountId }: Account, name: string): string {
  return `arn:${partition}:dynamodb:${region}:${accountId}:table/${name}`;
}

function resources(account: Account, operation: string, input: JsonObject): readonly string[] {
  const { TableName, IndexName, RequestItems, ResourceArn } = input;
  switch (operation) {
    case "ListTables":
      return ["*"];
    case "TagResource":
    case "UntagResource":
    case "ListTagsOfResource":
      return typeof ResourceArn === "string" ? [ResourceArn] : [];
    case "BatchGetItem":
    case "BatchWriteItem":
      return Object.keys(RequestItems ?? {}).map((name) => tableArn(account, name));
    case "Query":
    case "Scan":
      if (typeof TableName === "string" && typeof IndexName === "string") {
        return [`${tableArn(account, TableName)}/index/${IndexName}`];
      }
  }
  return typeof TableName === "string" ? [tableArn(account, TableName)] : [];
}
