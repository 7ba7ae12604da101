import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { BatchClient, DescribeJobsCommand } from "@aws-sdk/client-batch";
import { GetObjectTaggingCommand } from "@aws-sdk/client-s3";
import { DeleteMessageCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import type { Context } from "aws-lambda";
import { parseTagOptions } from "../../cli/tags/options";
import { findPlace } from "../../cli/tags/place";
import { runTags } from "../../cli/tags/run";
import { taggableServices } from "../../components/tagGroups/taggableServices";
import { buildTags } from "../../functions/buildTags";
import { tagsForJob } from "../../functions/lib/tags/jobTags";
import { inNewFolder } from "../helpers/folders";
import { HandlerBench } from "../helpers/handlerBench";
import { signedInvoke } from "../helpers/signedInvoke";
import { resourcesOf, tagAs, tagsOf, tagTable } from "../helpers/tagGroups";

const sample = path.resolve(__dirname, "../../docs/samples/tag-groups.csv");
const known = Object.keys(taggableServices);
const silent = { update: () => undefined, stop: () => undefined };
const wan = { BudgetCode: "PROJECT-232222", EBSCostCenter: "4000002" };
const aexeo = { BudgetCode: "PROJECT-1212121", EBSCostCenter: "4000009" };
const threat = { BudgetCode: "PROJECT-901233", EBSCostCenter: "4000055" };

describe("Tag groups", () => {
  let bench: HandlerBench;
  before(async () => {
    bench = await HandlerBench.open("tag-groups-test");
    await tags("load", sample);
  });
  after(() => bench.close());

  /** `npm run tags`. @returns whether all went well, and what it printed */
  const tags = async (...args: readonly string[]): Promise<[boolean, ...string[]]> => {
    const lines: string[] = [];
    const { endpointUrl } = bench.relay.cloud;
    const options = parseTagOptions([...args, "--endpoint-url", endpointUrl], known);
    if (!options) throw new Error("help was not asked for");
    const place = await findPlace(options.source, known);
    const wentWell = await runTags(options, place, (line) => lines.push(line), silent);
    return [wentWell, ...lines];
  };
  /** Without what the program's resources have anyway. */
  const given = async (arns: readonly string[]) => {
    const found = await tagsOf(bench.relay, arns);
    const own = ([key]: [string, string]) => key !== "Project" && key !== "Stack";
    return arns.map((arn) => Object.fromEntries(Object.entries(found[arn] ?? {}).filter(own)));
  };
  const withFile = (lines: readonly string[], act: (file: string) => Promise<void>) =>
    inNewFolder(async (folder) => {
      const file = path.join(folder, "groups.csv");
      writeFileSync(file, ["GroupKey,GroupValue,BudgetCode", ...lines].join("\n"));
      await act(file);
    });

  it("are loaded once, however often the file is", async () => {
    const [wentWell, line = ""] = await tags("load", sample);
    equal(wentWell, true);
    match(line, /^0 groups added, 0 changed, 4 unchanged, 0 removed/);
  });

  it("are changed by another file, and removed when the file is to replace them and can be read", async () => {
    await withFile(["Replace,a,1", "Replace,b,2"], async (file) => {
      match((await tags("load", file))[1] ?? "", /^2 groups added/);
    });
    await withFile(["Replace,a,3", "Replace,b,"], async (file) => {
      const [wentWell, ...lines] = await tags("load", file, "--replace");
      equal(wentWell, false);
      match(lines[0] ?? "", /groups\.csv, line 3: Replace=b has no tags\.$/);
      match(lines[1] ?? "", /^0 groups added, 1 changed, 0 unchanged, 0 removed; \d+ others stay$/);
      match(lines[2] ?? "", /^Nothing was removed/);
    });
    const [, replaced = ""] = await tags("load", sample, "--replace");
    match(replaced, /^0 groups added, 0 changed, 4 unchanged, [2-9] removed$/);
  });

  it("are applied by two functions with a queue between, to the resources of each service", async () => {
    const arns = await resourcesOf(bench.relay, ["dynamodb", "lambda", "s3", "sqs", "states"]);
    await tagAs(bench.relay, arns, "cost-aexeo");
    equal(await signedInvoke(bench.relay, "build-tags", { group: "cost-aexeo" }), 202);
    await bench.relay.eventually("tags of five resources", async () => {
      const all = await given(arns);
      return all.every(({ EBSCostCenter }) => EBSCostCenter === aexeo.EBSCostCenter) || undefined;
    });
    deepEqual(await given(arns), Array(5).fill({ TagGroup: "cost-aexeo", ...aexeo }));
  });

  it("are applied by one function without a queue", async () => {
    const [arn = ""] = await resourcesOf(bench.relay, ["logs"]);
    await tagAs(bench.relay, [arn], "sec-identity");
    const settings = {
      tableName: await tagTable(bench.relay),
      services: ["logs"],
      ratePerSecond: 50,
      queueUrl: "",
    };
    const context = {
      invokedFunctionArn: "arn:aws:lambda:us-east-1:000000000000:function:build-tags",
      getRemainingTimeInMillis: () => 900_000,
    } as Context;
    const handler = buildTags(settings);
    const { answer } = await bench.handle((event: object) => handler(event, context), {});
    deepEqual([answer.seen, answer.delivered, answer.failures], [1, 1, []]);
    deepEqual(await given([arn]), [
      { TagGroup: "sec-identity", BudgetCode: "PROJECT-896775", EBSCostCenter: "4000033" },
    ]);
    await rejects(
      bench.handle((event: object) => handler(event, context), { group: "cost" }),
      /There is no tag group "cost". There are: TagGroup=cost-aexeo, /,
    );
  });

  it("are applied from the command line, which can show the drift first and touch nothing", async () => {
    const arns = await resourcesOf(bench.relay, ["sns", "events"]);
    await tagAs(bench.relay, arns, "sec-threat");
    const [, table = "", totals] = await tags("build", "--dry-run", "--group", "TagGroup=sec-threat");
    equal(totals, "2 resources seen on 1 pages: 0 compliant, 2 to be tagged");
    for (const text of [...arns, "TagGroup=sec-threat", "BudgetCode", threat.BudgetCode]) {
      equal(table.includes(text), true, text);
    }
    deepEqual(await given(arns), Array(2).fill({ TagGroup: "sec-threat" }));
    deepEqual(await tags("build", "--group", "sec-threat", "--rate", "50"), [
      true,
      "2 resources seen on 1 pages: 0 compliant, 2 tagged, 0 failed",
    ]);
    deepEqual(await given(arns), Array(2).fill({ TagGroup: "sec-threat", ...threat }));
    deepEqual(await tags("build", "--group", "sec-threat", "--dry-run"), [
      true,
      "Every resource has the tags of its group.",
      "2 resources seen on 1 pages: 2 compliant, 0 to be tagged",
    ]);
    await rejects(tags("build", "--group", "sec"), { name: "UnknownTagGroup" });
  });

  it("leave what cannot be tagged among the dead letters, with the reason", async () => {
    const { relay } = bench;
    const arn = "arn:aws:sqs:eu-north-1:000000000000:elsewhere";
    const chunk = { groupKey: "TagGroup", groupValue: "elsewhere", tags: { a: "b" }, arns: [arn] };
    await relay.sendTo("tag-chunks", chunk);
    const QueueUrl = await relay.queueUrl("tag-chunks-dead");
    const message = await relay.eventually("a dead letter", async () => {
      const { Messages: [first] = [] } = await relay.sqs.send(new ReceiveMessageCommand({ QueueUrl }));
      return first;
    });
    await relay.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
    const reason = "It is of the region eu-north-1; only those of us-east-1 can be tagged from here.";
    deepEqual(JSON.parse(message.Body ?? ""), { ...chunk, failures: [{ arn, code: "InvalidArn", reason }] });
  });

  it("tag the containers and the outputs of a process that names one", async () => {
    const { relay } = bench;
    const jobId = await relay.submit("costed", { date: "2026-01-31" });
    const job = await relay.jobThatIs("SUCCEEDED", jobId);
    const { batch: answer } = job.result as unknown as { batch: { batchJobId: string } };
    const batch = new BatchClient(relay.clientConfig);
    const { jobs: [container] = [] } = await batch.send(
      new DescribeJobsCommand({ jobs: [answer.batchJobId] }),
    );
    batch.destroy();
    deepEqual([container?.tags, container?.propagateTags], [{ TagGroup: "cost-wan", ...wan }, true]);
    const object = {
      Bucket: String(relay.cloud.outputs["egressBucket"]),
      Key: `outputs/${jobId}/output.json`,
    };
    const copied = await relay.eventually("a copy", async () =>
      relay.s3.send(new GetObjectTaggingCommand(object)).catch(() => undefined),
    );
    deepEqual(Object.fromEntries((copied.TagSet ?? []).map(({ Key, Value }) => [Key, Value])), {
      TagGroup: "cost-wan",
      ...wan,
    });
    equal("tags" in job, false);
  });

  it("that are not there leave a job its group's own tag", async () => {
    const processes = { p: { key: "TagGroup", value: "none" } };
    const table = await tagTable(bench.relay);
    const find = (process: string) => tagsForJob(bench.database, table, processes, { process, jobId: "j" });
    const { answer, log } = await bench.handle(find, "p");
    deepEqual(answer, { TagGroup: "none" });
    deepEqual(
      log.map(({ reason }) => reason),
      ["There is no tag group TagGroup=none."],
    );
    equal(await find("q"), undefined);
  });
});
