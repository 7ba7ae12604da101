import type { Account } from "../../account";
import { AwsError } from "../service";
import { tagChanges, type TagSource, type Tags } from "../tagging/resources";
import type { Operations } from "./operations";
import { tableArn } from "./permissions";
import { isRefusal } from "./dynalite";

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** The tables, for the Resource Groups Tagging API. */
export function tableTags(account: Account, operations: Operations): TagSource {
  const perform = (name: string, input: object) =>
    operations.perform(name, operations.prepare(name, { ...input }));
  const read = async (arn: string): Promise<Tags> => {
    const answer = await perform("ListTagsOfResource", { ResourceArn: arn });
    const { Tags: tags = [] } = answer as { Tags?: readonly Tag[] };
    return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
  };
  const names = async (): Promise<readonly string[]> => {
    const found: string[] = [];
    for (let after: string | undefined; ;) {
      const input = after === undefined ? {} : { ExclusiveStartTableName: after };
      const page = (await perform("ListTables", input)) as {
        TableNames: readonly string[];
        LastEvaluatedTableName?: string;
      };
      found.push(...page.TableNames);
      after = page.LastEvaluatedTableName;
      if (after === undefined) return found;
    }
  };
  return {
    async list() {
      const arns = (await names()).map((name) => tableArn(account, name));
      return Promise.all(arns.map(async (arn) => ({ arn, tags: await read(arn) })));
    },
    async get(arn) {
      const known = (await names()).some((name) => tableArn(account, name) === arn);
      return known ? read(arn) : undefined;
    },
    async set(arn, tags) {
      const { removed, added } = tagChanges(await read(arn), tags);
      const given = Object.entries(added).map(([Key, Value]) => ({ Key, Value }));
      try {
        if (removed.length > 0) await perform("UntagResource", { ResourceArn: arn, TagKeys: removed });
        if (given.length > 0) await perform("TagResource", { ResourceArn: arn, Tags: given });
      } catch (error) {
        if (isRefusal(error)) throw new AwsError("InvalidParameterException", error.message);
        throw error;
      }
    },
  };
}
