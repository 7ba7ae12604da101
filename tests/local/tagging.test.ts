import assert from "node:assert/strict";
import { AwsError } from "../../local/services/service";
import {
  createTagging,
  type RateLimit,
  type TaggableResources,
  type Tags,
} from "../../local/services/tagging";
import { account, TestClock } from "../helpers/dynamodb";
import { jsonCaller, root, type JsonAnswer, type JsonCaller } from "../helpers/jsonService";

const queue = (index: number) => `arn:aws:sqs:eu-west-1:000000000000:queue-${String(index).padStart(4, "0")}`;
const bucket = "arn:aws:s3:::outputs";
const table = "arn:aws:dynamodb:eu-west-1:000000000000:table/jobs";
const denied = "arn:aws:lambda:eu-west-1:000000000000:function:denied";

describe("The Resource Groups Tagging API", () => {
  let clock: TestClock;
  let tagsOf: Map<string, Tags>;
  let call: JsonCaller;

  const start = (initial: Readonly<Record<string, Tags>>, rateLimit?: RateLimit) => {
    clock = new TestClock();
    tagsOf = new Map(Object.entries(initial));
    const resources: TaggableResources = {
      list: () => [...tagsOf].map(([arn, tags]) => ({ arn, tags })),
      get: (arn) => tagsOf.get(arn),
      set: (arn, tags, principal) => {
        assert.equal(principal, root);
        if (arn === denied) throw new AwsError("AccessDeniedException", "may not tag it", 403);
        tagsOf.set(arn, tags);
      },
    };
    const options = { account, clock, resources, ...(rateLimit && { rateLimit }) };
    call = jsonCaller(createTagging(options).service, "ResourceGroupsTaggingAPI_20170126");
  };
  const arnsOf = ({ body }: JsonAnswer) =>
    ((body["ResourceTagMappingList"] ?? []) as { ResourceARN: string }[]).map(
      ({ ResourceARN }) => ResourceARN,
    );
  const pages = async (input: object) => {
    const found: string[][] = [];
    for (let PaginationToken: unknown = ""; ;) {
      const answer = await call("GetResources", { ...input, PaginationToken });
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      found.push(arnsOf(answer));
      PaginationToken = answer.body["PaginationToken"];
      if (PaginationToken === "") return found;
    }
  };

  it("tells each tagged resource once, page by page, though others come and go", async () => {
    start(Object.fromEntries(Array.from({ length: 230 }, (_, index) => [queue(index), { cost: "wan" }])));
    const found = await pages({ ResourcesPerPage: 100 });
    assert.deepEqual(
      found.map(({ length }) => length),
      [100, 100, 30],
    );
    assert.equal(new Set(found.flat()).size, 230);
    const first = await call("GetResources", { ResourcesPerPage: 2 });
    tagsOf.delete(queue(0));
    const { PaginationToken } = first.body;
    assert.deepEqual(arnsOf(await call("GetResources", { ResourcesPerPage: 2, PaginationToken })), [
      queue(2),
      queue(3),
    ]);
  });

  it("ends a page before it has more tags than asked for", async () => {
    const tags = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`k${index}`, ""]));
    start(Object.fromEntries(Array.from({ length: 5 }, (_, index) => [queue(index), tags])));
    const found = await pages({ TagsPerPage: 100 });
    assert.deepEqual(found, [[queue(0), queue(1)], [queue(2), queue(3)], [queue(4)]]);
  });

  const tagged = {
    [bucket]: { cost: "wan", client: "a" },
    [table]: { cost: "lan" },
    [queue(1)]: { cost: "wan" },
    [queue(2)]: {},
  };
  for (const [title, input, ...expected] of [
    ["no filter", {}, table, bucket, queue(1)],
    ["a key", { TagFilters: [{ Key: "cost" }] }, table, bucket, queue(1)],
    ["a value", { TagFilters: [{ Key: "cost", Values: ["wan"] }] }, bucket, queue(1)],
    ["one of two values", { TagFilters: [{ Key: "cost", Values: ["wan", "lan"] }] }, table, bucket, queue(1)],
    ["two filters", { TagFilters: [{ Key: "cost", Values: ["wan"] }, { Key: "client" }] }, bucket],
    ["a service", { ResourceTypeFilters: ["sqs", "s3"] }, bucket, queue(1)],
    ["a type", { ResourceTypeFilters: ["dynamodb:table", "s3:object", "sqs:queue"] }, table, queue(1)],
    ["ARNs", { ResourceARNList: [table, queue(9)] }, table],
  ] as const) {
    it(`finds resources by ${title}`, async () => {
      start(tagged);
      assert.deepEqual(arnsOf(await call("GetResources", input)), expected);
    });
  }

  it("adds tags and removes them, and still tells of a resource that has none left", async () => {
    start({ ...tagged, [queue(2)]: { cost: "old" } });
    const ok = { status: 200, body: { FailedResourcesMap: {} } };
    const ResourceARNList = [queue(1), queue(2)];
    assert.deepEqual(await call("TagResources", { ResourceARNList, Tags: { cost: "new", team: "" } }), ok);
    assert.deepEqual(
      await call("UntagResources", { ResourceARNList: [queue(2)], TagKeys: ["cost", "team"] }),
      ok,
    );
    assert.deepEqual((await call("GetResources", { ResourceTypeFilters: ["sqs"] })).body, {
      PaginationToken: "",
      ResourceTagMappingList: [
        {
          ResourceARN: queue(1),
          Tags: [
            { Key: "cost", Value: "new" },
            { Key: "team", Value: "" },
          ],
        },
        { ResourceARN: queue(2), Tags: [] },
      ],
    });
    assert.deepEqual((await call("GetTagKeys")).body, {
      PaginationToken: "",
      TagKeys: ["client", "cost", "team"],
    });
    assert.deepEqual((await call("GetTagValues", { Key: "cost" })).body, {
      PaginationToken: "",
      TagValues: ["lan", "new", "wan"],
    });
  });

  it("tags the others when some fail, and says why each did", async () => {
    const full = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}`, ""]));
    start({ [queue(1)]: {}, [queue(2)]: full, [denied]: {} });
    const elsewhere = queue(1).replace("eu-west-1", "us-east-1");
    const ResourceARNList = [queue(9), elsewhere, queue(2), denied, queue(1)];
    const invalid = (ErrorMessage: string) => ({
      StatusCode: 400,
      ErrorCode: "InvalidParameterException",
      ErrorMessage,
    });
    assert.deepEqual(await call("TagResources", { ResourceARNList, Tags: { cost: "wan" } }), {
      status: 200,
      body: {
        FailedResourcesMap: {
          [queue(9)]: invalid(`There is no resource ${queue(9)}`),
          [elsewhere]: invalid(`${elsewhere} belongs to another account or region`),
          [queue(2)]: invalid("A resource can have 50 tags, not 51"),
          [denied]: { StatusCode: 403, ErrorCode: "AccessDeniedException", ErrorMessage: "may not tag it" },
        },
      },
    });
    assert.deepEqual([tagsOf.get(queue(1)), tagsOf.get(queue(2))], [{ cost: "wan" }, full]);
  });

  const ResourceARNList = [queue(1)];
  const tooMany = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, ""]));
  for (const [title, operation, input, message] of [
    [
      "21 ARNs",
      "TagResources",
      { ResourceARNList: Array.from({ length: 21 }, (_, index) => queue(index)), Tags: { a: "" } },
      /at 'resourceARNList' .*: Member must have length less than or equal to 20$/,
    ],
    ["no ARN", "TagResources", { ResourceARNList: [], Tags: { a: "" } }, /greater than or equal to 1$/],
    [
      "a text that is no ARN",
      "TagResources",
      { ResourceARNList: ["jobs"], Tags: { a: "" } },
      /^jobs not a valid AmazonResourceName \(ARN\)$/,
    ],
    ["51 tags", "TagResources", { ResourceARNList, Tags: tooMany }, /less than or equal to 50$/],
    ["no tags", "TagResources", { ResourceARNList, Tags: {} }, /greater than or equal to 1$/],
    [
      "a reserved key",
      "TagResources",
      { ResourceARNList, Tags: { "aws:x": "" } },
      /reserved for AWS: aws:x$/,
    ],
    ["a long key", "TagResources", { ResourceARNList, Tags: { ["k".repeat(129)]: "" } }, /or equal to 128$/],
    ["a long value", "TagResources", { ResourceARNList, Tags: { k: "v".repeat(257) } }, /or equal to 256$/],
    ["101 resources a page", "GetResources", { ResourcesPerPage: 101 }, /less than or equal to 100$/],
    ["99 tags a page", "GetResources", { TagsPerPage: 99 }, /greater than or equal to 100$/],
    [
      "ARNs and filters",
      "GetResources",
      { ResourceARNList, TagFilters: [{ Key: "k" }] },
      /^You can't specify both ResourceARNList and TagFilters in the same request\.$/,
    ],
    ["a token of others", "GetResources", { PaginationToken: "x" }, /^The PaginationToken is invalid\.$/],
  ] as const) {
    it(`refuses ${title}`, async () => {
      start(tagged);
      const { status, body } = await call(operation, input);
      assert.deepEqual([status, body["__type"]], [400, "InvalidParameterException"]);
      assert.match(String(body["message"]), message);
      assert.deepEqual([...tagsOf], Object.entries(tagged));
    });
  }

  it("throttles each operation when a rate is set", async () => {
    start(tagged, { perSecond: 2, burst: 1 });
    const throttled = { status: 400, body: { __type: "ThrottlingException", message: "Rate exceeded" } };
    assert.equal((await call("GetTagKeys")).status, 200);
    assert.deepEqual(await call("GetTagKeys"), throttled);
    assert.equal((await call("GetResources")).status, 200);
    clock.advance(499);
    assert.deepEqual(await call("GetTagKeys"), throttled);
    clock.advance(1);
    assert.equal((await call("GetTagKeys")).status, 200);
  });

  it("needs permission for each operation, which knows no resource", () => {
    start({});
    assert.deepEqual(call.permissions("TagResources", { ResourceARNList }), [
      { action: "tag:TagResources", resource: "*" },
    ]);
  });
});
