import type { Account } from "../../account";
import type { Principal } from "../../iam/principal";
import { AwsError } from "../service";
import { invalidParameter, mostTags } from "./input";
import type { TaggableResources, TagVerb, Tags } from "./resources";

interface Failure {
  readonly StatusCode: number;
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

export interface TagChange {
  readonly arns: readonly string[];
  readonly principal: Principal;
  readonly verb: TagVerb;
  readonly change: (tags: Tags) => Tags;
}

/** Changes the tags of each resource; those that fail are in the answer, and the others are changed all the same. */
export async function changeTags(
  { arns, principal, verb, change }: TagChange,
  resources: TaggableResources,
  account: Account,
): Promise<{ FailedResourcesMap: Readonly<Record<string, Failure>> }> {
  const failures: [string, Failure][] = [];
  for (const arn of arns) {
    try {
      const tags = await tagsOf(arn, resources, account);
      await resources.set(arn, checked(change(tags)), principal, verb);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      failures.push([arn, failure(error)]);
    }
  }
  return { FailedResourcesMap: Object.fromEntries(failures) };
}

/** @throws AwsError InvalidParameterException */
async function tagsOf(arn: string, resources: TaggableResources, account: Account): Promise<Tags> {
  const [, , , region, accountId] = arn.split(":");
  if ((accountId && accountId !== account.accountId) || (region && region !== account.region)) {
    throw invalidParameter(`${arn} belongs to another account or region`);
  }
  const tags = await resources.get(arn);
  if (!tags) throw invalidParameter(`There is no resource ${arn}`);
  return tags;
}

function checked(tags: Tags): Tags {
  const count = Object.keys(tags).filter((key) => !key.startsWith("aws:")).length;
  if (count > mostTags) throw invalidParameter(`A resource can have ${mostTags} tags, not ${count}`);
  return tags;
}

function failure({ status, code, message }: AwsError): Failure {
  return { StatusCode: status, ErrorCode: code, ErrorMessage: message };
}
