import assert from "node:assert/strict";
import {
  buildGroups,
  chooseGroups,
  complaintOf,
  type Deliver,
} from "../../../functions/lib/tags/buildGroups";
import { tagChunk } from "../../../functions/lib/tags/tagChunk";
import type { TagGroup } from "../../../functions/lib/tags/tagGroup";
import { drifted, queueArn, TaggedAccount, throttled, wan } from "../../helpers/taggedAccount";

const identity: TagGroup = {
  groupKey: "TagGroup",
  groupValue: "sec-identity",
  tags: { BudgetCode: "PROJECT-896775" },
};

/** The limits of the API that are known, all on. */
const limits = { rateLimit: { perSecond: 5, burst: 5 } };

const directly =
  ({ services }: TaggedAccount): Deliver =>
  ({ tags }, arns) =>
    tagChunk(services, tags, arns);

const build = (account: TaggedAccount, groups: readonly TagGroup[] = [wan], deliver = directly(account)) =>
  buildGroups({ api: account.api, services: ["sqs"], deliver, timeIsUp: () => false }, groups);

const nothingWrong = { failures: [], faults: [], unfinished: false };

describe("Building tags", () => {
  it("tags 5,000 resources of 50 pages once each, with the fewest calls", async () => {
    const account = new TaggedAccount(
      { ...drifted(3_210), ...drifted(1_790, identity, 3_210), [queueArn(9_999)]: { TagGroup: "other" } },
      limits,
    );
    const summary = await build(account, [wan, identity]);
    assert.deepEqual(summary, {
      ...nothingWrong,
      ...{ groups: 2, pages: 51, seen: 5_000, compliant: 0, delivered: 5_000 },
    });
    const fewest = Math.ceil(3_210 / 20) + Math.ceil(1_790 / 20);
    assert.deepEqual(account.calls, { GetResources: 51, TagResources: fewest });
    assert.deepEqual(
      [account.timesTagged.size, new Set(account.timesTagged.values())],
      [5_000, new Set([1])],
    );
    for (const [arn, tags] of account.tagsOf) {
      const group = [wan, identity].find(({ groupValue }) => groupValue === tags["TagGroup"]);
      assert.deepEqual(tags, { TagGroup: group?.groupValue ?? "other", ...group?.tags }, arn);
    }
  });

  it("tags them all the same when half of all calls are throttled", async () => {
    let calls = 0;
    const disturb = () => {
      calls += 1;
      if (calls % 2 === 1) throw throttled();
    };
    const account = new TaggedAccount(drifted(5_000), { ...limits, disturb });
    const { delivered, failures } = await build(account);
    assert.deepEqual([delivered, failures, account.tagCalls.length], [5_000, [], 250]);
    assert.deepEqual(account.calls, { GetResources: 100, TagResources: 500 });
    assert.deepEqual(new Set(account.timesTagged.values()), new Set([1]));
  });

  it("is not throttled at the API's own rate", async () => {
    const account = new TaggedAccount(drifted(400), { rateLimit: { perSecond: 5, burst: 5 } });
    const start = account.clock.now();
    await build(account);
    // 20 calls, of which 5 at once; what waits between is the pace's doing, not that of retries.
    assert.equal(account.clock.now() - start, 3_000);
    assert.deepEqual(account.calls, { GetResources: 4, TagResources: 20 });
  });

  it("does the rest in a second run when the first one crashed in its middle", async () => {
    let left = 40;
    const disturb = (operation: string) => {
      if (operation === "TagResources" && left-- === 0) throw new Error("the process has ended");
    };
    const account = new TaggedAccount(drifted(1_001), { ...limits, disturb });
    await assert.rejects(build(account));
    assert.equal(account.timesTagged.size, 800);
    assert.deepEqual(await build(account), {
      ...nothingWrong,
      ...{ groups: 1, pages: 11, seen: 1_001, compliant: 800, delivered: 201 },
    });
    assert.deepEqual(
      [account.timesTagged.size, new Set(account.timesTagged.values())],
      [1_001, new Set([1])],
    );
  });

  it("leaves compliant resources alone, and tags those that have another value", async () => {
    const { tags } = wan;
    const account = new TaggedAccount({
      [queueArn(1)]: { TagGroup: "cost-wan", ...tags, more: "yes" },
      [queueArn(2)]: { TagGroup: "cost-wan", ...tags, BudgetCode: "old" },
      "arn:aws:sns:eu-west-1:000000000000:t": { TagGroup: "cost-wan" },
    });
    const { seen, compliant, delivered } = await build(account);
    assert.deepEqual([seen, compliant, delivered], [2, 1, 1]);
    assert.deepEqual(account.tagCalls, [[queueArn(2)]]);
    assert.equal((await build(account)).delivered, 0);
  });

  it("hands chunks on when it is told to, 20 resources each and none twice", async () => {
    const handed: (readonly string[])[] = [];
    const account = new TaggedAccount(drifted(250));
    const { delivered } = await build(account, [wan], async (_group, arns) => {
      handed.push(arns);
      return [];
    });
    assert.deepEqual([delivered, account.tagCalls], [250, []]);
    assert.deepEqual(
      handed.map(({ length }) => length),
      [...Array<number>(12).fill(20), 10],
    );
    assert.equal(new Set(handed.flat()).size, 250);
  });

  it("stops before a chunk when its time is up, and says so", async () => {
    const account = new TaggedAccount(drifted(100));
    const timeIsUp = () => account.tagCalls.length === 2;
    const summary = await buildGroups(
      { api: account.api, services: ["sqs"], deliver: directly(account), timeIsUp },
      [wan, identity],
    );
    assert.deepEqual([summary.delivered, summary.unfinished], [40, true]);
    assert.match(complaintOf(summary) ?? "", /^the time was up/);
  });

  it("passes over a group that cannot be applied, and tells why", async () => {
    const account = new TaggedAccount(drifted(1));
    const bad = { ...wan, tags: { "aws:x": "1" } };
    const summary = await build(account, [bad, identity]);
    assert.deepEqual(summary.faults, ["The tag key aws:x begins with aws:, which AWS keeps for itself."]);
    assert.deepEqual(account.tagCalls, []);
    assert.match(complaintOf(summary) ?? "", /^1 groups cannot be applied: The tag key aws:x/);
  });

  it("begins a search again whose token has expired", async () => {
    let searches = 0;
    const disturb = (operation: string) => {
      if (operation !== "GetResources" || ++searches !== 2) return;
      throw Object.assign(throttled(), { code: "PaginationTokenExpiredException", message: "expired" });
    };
    const account = new TaggedAccount(drifted(150), { disturb });
    const { pages, delivered } = await build(account);
    assert.deepEqual([pages, delivered, account.calls["GetResources"]], [2, 150, 4]);
    assert.deepEqual(new Set(account.timesTagged.values()), new Set([1]));
  });

  it("tells how far it has come", async () => {
    const account = new TaggedAccount(drifted(45));
    const told: string[] = [];
    const onProgress = (done: number, found: number) => void told.push(`${done}/${found}`);
    const deliver = directly(account);
    const services = ["sqs"];
    await buildGroups({ api: account.api, services, deliver, timeIsUp: () => false, onProgress }, [wan]);
    assert.deepEqual(told, ["0/45", "20/45", "40/45", "45/45"]);
  });

  it("is for all groups, or those with a value, or a key and a value", () => {
    const twin = { ...wan, groupKey: "Team" };
    const groups = [wan, twin, identity];
    assert.deepEqual(chooseGroups(groups, undefined), groups);
    assert.deepEqual(chooseGroups(groups, "cost-wan"), [wan, twin]);
    assert.deepEqual(chooseGroups(groups, "Team=cost-wan"), [twin]);
    assert.throws(() => chooseGroups([wan, identity], "cost"), {
      message: 'There is no tag group "cost". There are: TagGroup=cost-wan, TagGroup=sec-identity.',
    });
  });
});
