import type { Account } from "../../account";
import { AwsError } from "../service";

/** A function as a caller names it. */
export interface FunctionReference {
  readonly name: string;
  /** A version or an alias; only `$LATEST` exists here. */
  readonly qualifier: string | undefined;
  /** With the qualifier, if one is given. */
  readonly arn: string;
}

const form =
  /^(?:arn:aws:lambda:(?<region>[a-z]{2}(?:-[a-z]+)+-\d):)?(?:(?<account>\d{12}):)?(?:function:)?(?<name>[\w-]{1,64})(?::(?<qualifier>\$LATEST|[\w-]+))?$/;

export function functionArn({ partition, region, accountId }: Account, name: string): string {
  return `arn:${partition}:lambda:${region}:${accountId}:function:${name}`;
}

/**
 * Reads a name, a partial ARN or an ARN, each with or without a qualifier.
 * @param qualifier as given beside the name
 * @throws AwsError ValidationException for another form, ResourceNotFoundException for another region or account
 */
export function parseFunction(account: Account, text: string, qualifier?: string): FunctionReference {
  const { name, region, account: accountId, qualifier: own } = form.exec(text)?.groups ?? {};
  if (name === undefined) {
    throw new AwsError(
      "ValidationException",
      `1 validation error detected: Value '${text}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_\\.]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?`,
    );
  }
  if (
    (region ?? account.region) !== account.region ||
    (accountId ?? account.accountId) !== account.accountId
  ) {
    throw functionNotFound(text);
  }
  const wanted = qualifier ?? own;
  const arn = functionArn(account, name) + (wanted === undefined ? "" : `:${wanted}`);
  return { name, qualifier: wanted, arn };
}

export function functionNotFound(arn: string): AwsError {
  return new AwsError("ResourceNotFoundException", `Function not found: ${arn}`, 404);
}
