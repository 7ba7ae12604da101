import { deepEqual, equal } from "node:assert/strict";
import type { Registration } from "../../local/runtime/program";
import { recordProgram } from "../helpers/recordedProgram";

const container = { image: "busybox", command: ["true"] };
const processes = {
  costed: { tagGroup: "cost-wan", steps: [{ batch: container }] },
  plain: { steps: [{ batch: container }] },
};

describe("A stack with tag groups", () => {
  let resources: readonly Registration[] = [];
  let outputs: Readonly<Record<string, unknown>> = {};
  before(async () => {
    const config = {
      "jobrelay:tagGroups": '{"services":["lambda","s3"],"every":"1m","ratePerSecond":2}',
      "jobrelay:processes": JSON.stringify(processes),
      "jobrelay:triggers": "{}",
    };
    ({ resources, outputs } = await recordProgram({ config }));
  });

  const inputsOf = (name: string) =>
    resources.find((resource) => resource.custom && resource.name === name)?.inputs ?? {};
  const grants = (name: string): Record<string, readonly string[]> => {
    const { Statement } = JSON.parse(String(inputsOf(name)["policy"])) as {
      Statement: { Sid: string; Action: string[]; Resource: string[] }[];
    };
    return Object.fromEntries(
      Statement.map(({ Sid, Action, Resource }) => [Sid, [Action.join(), ...Resource]]),
    );
  };

  it("lets the function that builds them tag resources of the services that are configured, and of no others", () => {
    const { WriteLog: _log, WriteTraces: _traces, ...own } = grants("build-tags-base");
    equal(Boolean(_log && _traces), true);
    deepEqual(own, {
      ReadTagGroups: ["dynamodb:Scan", "arn:tag-groups"],
      FindResources: ["tag:GetResources", "*"],
      TagResources: ["tag:TagResources", "*"],
      Taglambda: ["lambda:TagResource", "arn:aws:lambda:eu-west-1:111122223333:function:*"],
      Tags3: ["s3:GetBucketTagging,s3:PutBucketTagging", "arn:aws:s3:::*"],
    });
  });

  it("builds them on a schedule, without a queue unless it is decoupled", () => {
    equal(inputsOf("tag-groups-schedule")["scheduleExpression"], "rate(1 minute)");
    const named = resources.map(({ name }) => name).filter((name) => /^(tag-chunks|apply-tags)/.test(name));
    deepEqual(named, []);
  });

  it("has a table by key and value", () => {
    const { hashKey, rangeKey, billingMode } = inputsOf("tag-groups");
    deepEqual([hashKey, rangeKey, billingMode], ["groupKey", "groupValue", "PAY_PER_REQUEST"]);
  });

  it("tags the containers of a process with a group, and those of no other", () => {
    const task = (process: string) => {
      const { States } = JSON.parse(String(inputsOf(`workflow-${process}`)["definition"])) as {
        States: { batch: { Parameters: Record<string, unknown> } };
      };
      const { "Tags.$": tags, PropagateTags: propagate } = States.batch.Parameters;
      return [tags, propagate];
    };
    deepEqual(
      [task("costed"), task("plain")],
      [
        ["$.tags", true],
        [undefined, undefined],
      ],
    );
    const may = (process: string) => grants(`workflow-${process}-permissions`)["TagContainers"];
    deepEqual(
      [may("costed"), may("plain")],
      [["batch:TagResource", "arn:aws:batch:eu-west-1:111122223333:job/*"], undefined],
    );
  });

  it("lets jobs have the tags of their group, and their outputs carry them", () => {
    deepEqual(grants("start-jobs-base")["ReadTagGroup"], ["dynamodb:GetItem", "arn:tag-groups"]);
    deepEqual(grants("egress-outputs-base")["TagObjectsoutputs"], [
      "s3:PutObjectTagging",
      "arn:egress-files/outputs/*",
    ]);
  });

  it("tells npm run tags where they are", () =>
    deepEqual(outputs["tagGroups"], {
      ...{ tableArn: "arn:tag-groups", services: ["lambda", "s3"], ratePerSecond: 2 },
    }));
});
