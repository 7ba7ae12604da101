import assert from "node:assert/strict";
import {
  DescribeComputeEnvironmentsCommand,
  DescribeJobDefinitionsCommand,
  DescribeJobQueuesCommand,
} from "@aws-sdk/client-batch";
import { arnPrefix, BatchHarness, definitionOf } from "../helpers/batch";

describe("The local Batch", () => {
  let harness: BatchHarness;

  beforeEach(() => {
    harness = new BatchHarness();
    harness.batch.registerJobDefinition(definitionOf(["true"]));
  });

  afterEach(() => harness.stop());

  it("describes what there is to run jobs with", async () => {
    const { computeEnvironments: [environment] = [] } = await harness.client.send(
      new DescribeComputeEnvironmentsCommand({}),
    );
    assert.deepEqual(
      [
        environment?.computeEnvironmentArn,
        environment?.state,
        environment?.status,
        environment?.computeResources,
      ],
      [`${arnPrefix}:compute-environment/fargate`, "ENABLED", "VALID", { type: "FARGATE", maxvCpus: 16 }],
    );
    const { jobQueues } = await harness.client.send(new DescribeJobQueuesCommand({ jobQueues: ["jobs"] }));
    assert.deepEqual(jobQueues, [
      {
        jobQueueName: "jobs",
        priority: 1,
        computeEnvironmentOrder: [
          { order: 1, computeEnvironment: `${arnPrefix}:compute-environment/fargate` },
        ],
        jobQueueArn: `${arnPrefix}:job-queue/jobs`,
        state: "ENABLED",
        status: "VALID",
        statusReason: "JobQueue Healthy",
        jobQueueType: "ECS_FARGATE",
        tags: {},
      },
    ]);
    const { jobDefinitions } = await harness.client.send(
      new DescribeJobDefinitionsCommand({ jobDefinitionName: "apost", status: "ACTIVE" }),
    );
    assert.deepEqual(jobDefinitions, [
      {
        ...definitionOf(["true"]),
        jobDefinitionArn: `${arnPrefix}:job-definition/apost:1`,
        revision: 1,
        status: "ACTIVE",
        tags: {},
      },
    ]);
  });

  for (const [what, make, message] of [
    [
      "a definition of EC2",
      { platformCapabilities: ["EC2"] },
      "The local cloud has only job definitions with FARGATE among their platformCapabilities",
    ],
    [
      "a definition without execution role",
      { containerProperties: { ...definitionOf([]).containerProperties, executionRoleArn: undefined } },
      "executionRoleArn is required for Fargate jobs.",
    ],
    [
      "a definition of nodes",
      { type: "multinode" },
      "The local cloud has only job definitions of type container with containerProperties",
    ],
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.throws(() => harness.batch.registerJobDefinition({ ...definitionOf(["true"]), ...make }), {
        code: "ClientException",
        message,
      });
    });
  }

  it("refuses a queue without its compute environment, a name in use and a short time limit", () => {
    const queue = { jobQueueName: "more", priority: 1 };
    const order = (computeEnvironment: string) => ({
      computeEnvironmentOrder: [{ order: 1, computeEnvironment }],
    });
    const limit = { reason: "any", state: "RUNNABLE", maxTimeSeconds: 60, action: "CANCEL" };
    for (const [input, message] of [
      [{ ...queue, ...order("other") }, "ComputeEnvironment other not found."],
      [{ ...queue, ...order("fargate"), jobQueueName: "jobs" }, "Object already exists"],
      [
        { ...queue, ...order("fargate"), jobStateTimeLimitActions: [limit] },
        "maxTimeSeconds must be between 600 and 86400, and is 60.",
      ],
    ] as const) {
      assert.throws(() => harness.batch.createJobQueue(input), { code: "ClientException", message });
    }
  });
});
