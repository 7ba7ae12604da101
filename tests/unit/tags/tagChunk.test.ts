import assert from "node:assert/strict";
import { tagChunk } from "../../../functions/lib/tags/tagChunk";
import { AwsError } from "../../../local/services/service";
import { drifted, queueArn, TaggedAccount, throttled, wan } from "../../helpers/taggedAccount";

const arns = (count: number) => Array.from({ length: count }, (_, index) => queueArn(index));
const tag = (account: TaggedAccount, list: readonly string[]) => tagChunk(account.services, wan.tags, list);

describe("Tagging a chunk", () => {
  it("tries again one by one what has failed by itself, and nothing else", async () => {
    let fails = 3;
    const refuse = (arn: string) =>
      arn === queueArn(3) && fails-- > 0
        ? new AwsError("InternalServiceException", "try later", 500)
        : undefined;
    const account = new TaggedAccount(drifted(20), { refuse });
    assert.deepEqual(await tag(account, arns(20)), []);
    assert.deepEqual(account.tagCalls, [arns(20), [queueArn(3)], [queueArn(3)], [queueArn(3)]]);
    assert.deepEqual(account.tagsOf.get(queueArn(3)), { TagGroup: "cost-wan", ...wan.tags });
  });

  it("reports what stays failed with its reason, and tags the others", async () => {
    const full = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}`, ""]));
    const refuse = (arn: string) => {
      if (arn === queueArn(1)) return new AwsError("AccessDeniedException", "may not tag it", 403);
      return arn === queueArn(2) ? throttled() : undefined;
    };
    const account = new TaggedAccount({ ...drifted(4), [queueArn(0)]: full }, { refuse });
    assert.deepEqual(await tag(account, [...arns(4), queueArn(9)]), [
      { arn: queueArn(0), code: "InvalidParameterException", reason: "A resource can have 50 tags, not 52" },
      { arn: queueArn(1), code: "AccessDeniedException", reason: "may not tag it" },
      { arn: queueArn(2), code: "ThrottlingException", reason: "Rate exceeded" },
      { arn: queueArn(9), code: "InvalidParameterException", reason: `There is no resource ${queueArn(9)}` },
    ]);
    // One that is refused for good is tried once more, one that may pass four times.
    assert.deepEqual(
      account.tagCalls.slice(1).map(([arn]) => arn),
      [0, 1, 2, 2, 2, 2, 9].map(queueArn),
    );
    assert.deepEqual(account.tagsOf.get(queueArn(3)), { TagGroup: "cost-wan", ...wan.tags });
  });

  it("tags the others one by one when one spoils the whole call", async () => {
    const spoilt = queueArn(1);
    const disturb = (_operation: string, list: readonly string[]) => {
      if (list.includes(spoilt))
        throw new AwsError("InvalidParameterException", `${spoilt} cannot be tagged`);
    };
    const account = new TaggedAccount(drifted(3), { disturb });
    assert.deepEqual(await tag(account, arns(3)), [
      { arn: spoilt, code: "InvalidParameterException", reason: `${spoilt} cannot be tagged` },
    ]);
    assert.deepEqual(account.tagCalls, [[queueArn(0)], [queueArn(2)]]);
  });

  it("does not ask for resources of another region or account, nor for what is no ARN", async () => {
    const account = new TaggedAccount(drifted(1));
    const region = queueArn(0).replace("eu-west-1", "us-east-1");
    const other = queueArn(0).replace("000000000000", "111122223333");
    const failures = await tag(account, [region, other, "queue", queueArn(0)]);
    assert.deepEqual(
      failures.map(({ arn, reason }) => [arn, reason]),
      [
        [region, "It is of the region us-east-1; only those of eu-west-1 can be tagged from here."],
        [other, "It is of the account 111122223333; only those of 000000000000 can be tagged from here."],
        ["queue", "It is no ARN."],
      ],
    );
    assert.deepEqual(account.tagCalls, [[queueArn(0)]]);
  });

  it("gives up when the API lets nobody in", async () => {
    const disturb = () => {
      throw new AwsError("AccessDeniedException", "not authorized to perform: tag:TagResources", 400);
    };
    const account = new TaggedAccount(drifted(2), { disturb });
    await assert.rejects(tag(account, arns(2)), { name: "AccessDeniedException" });
    assert.equal(account.calls["TagResources"], 1);
  });

  it("gives up when it is throttled for minutes", async () => {
    const account = new TaggedAccount(drifted(2), {
      disturb: () => {
        throw throttled();
      },
    });
    await assert.rejects(tag(account, arns(2)), { name: "ThrottlingException" });
    assert.equal(account.calls["TagResources"], 16);
  });
});
