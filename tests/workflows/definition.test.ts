import { deepEqual, equal } from "node:assert/strict";
import { workflowDefinition } from "../../components/workflow/definition";
import type { Process, Step } from "../../components/catalogue/process";

const bindings = {
  partition: "aws",
  jobsTableName: "jobs",
  handoffQueueUrl: "https://sqs/handoffs",
  functionArns: { generatePayload: "arn:generatePayload" },
  batch: { queueArn: "arn:queue", definitionArns: { batch: "arn:definition:1" } },
};
const prepare: Step = { kind: "invoke", name: "generatePayload", function: "generatePayload" };
const approval: Step = {
  kind: "handoff",
  name: "approval",
  deadlineSeconds: 86_400,
  heartbeatSeconds: 3_600,
};
const container: Step = {
  kind: "batch",
  name: "batch",
  image: "image",
  command: ["forecast", "{date}"],
  vcpus: 1,
  memoryMb: 2_048,
  timeoutSeconds: 900,
  attempts: 2,
};
const processOf = (...steps: Step[]): Process => ({
  name: "settlement",
  description: "Settle",
  parameters: {},
  steps,
});

describe("The workflow of a process", () => {
  it("runs its steps, catches each, and records how the job ended", () => {
    deepEqual(workflowDefinition(processOf(prepare, approval), bindings), expected);
  });

  it("runs a container by its definition, under a name and an environment that say whose it is", () => {
    const { batch } = workflowDefinition(processOf(container), bindings).States;
    deepEqual(batch, expectedContainer);
  });

  it("gives each hand-off a folder of its own when there are several", () => {
    const second: Step = { kind: "handoff", name: "second", deadlineSeconds: 60 };
    const { States } = workflowDefinition(processOf(approval, second), bindings);
    const bodies = ["approval", "second"].map(
      (name) => States[name]?.["Parameters"] as { MessageBody: object },
    );
    deepEqual(
      bodies.map(({ MessageBody }) => (MessageBody as { ownFolder: boolean }).ownFolder),
      [true, true],
    );
  });

  it("says in its hand-offs that large answers are taken, where they are", () => {
    const { approval: state } = workflowDefinition(
      { ...processOf(approval), largeResults: true },
      bindings,
    ).States;
    const { MessageBody } = state?.["Parameters"] as { MessageBody: { largeResults?: true } };
    equal(MessageBody.largeResults, true);
  });

  it("waits without a heartbeat when none is declared, but never without a deadline", () => {
    const second: Step = { kind: "handoff", name: "second", deadlineSeconds: 60 };
    const state = workflowDefinition(processOf(second), bindings).States["second"] ?? {};
    deepEqual([state["TimeoutSeconds"], "HeartbeatSeconds" in state], [60, false]);
  });

  it("names the services of its partition", () => {
    const text = JSON.stringify(
      workflowDefinition(processOf(approval), { ...bindings, partition: "aws-us-gov" }),
    );
    equal(/arn:aws:/.test(text), false);
  });

  it("costs a hand-off job no more than five transitions", () => {
    const { StartAt, States } = workflowDefinition(processOf(prepare, approval), bindings);
    const entered = [];
    for (let name: string | undefined = StartAt; name; name = States[name]?.["Next"] as string | undefined) {
      entered.push(name);
    }
    deepEqual(entered, ["generatePayload", "approval", "RecordSuccess"]);
  });
});

const expectedContainer = {
  Type: "Task",
  Resource: "arn:aws:states:::batch:submitJob.sync",
  Parameters: {
    "JobName.$": "States.Format('batch-{}', $.jobId)",
    JobQueue: "arn:queue",
    JobDefinition: "arn:definition:1",
    ContainerOverrides: { "Environment.$": "$.environment" },
  },
  ResultSelector: {
    "batchJobId.$": "$.JobId",
    "exitCode.$": "$.Container.ExitCode",
    "attempts.$": "States.ArrayLength($.Attempts)",
  },
  Retry: [
    {
      ErrorEquals: ["Batch.ServerException", "Batch.AWSBatchException", "Batch.SdkClientException"],
      IntervalSeconds: 1,
      BackoffRate: 2,
      MaxDelaySeconds: 30,
      JitterStrategy: "FULL",
      MaxAttempts: 5,
    },
  ],
  ResultPath: "$.results.batch",
  Catch: [
    {
      ErrorEquals: ["States.Timeout", "States.HeartbeatTimeout"],
      ResultPath: "$.error",
      Next: "RecordTimeout.batch",
    },
    { ErrorEquals: ["States.ALL"], ResultPath: "$.error", Next: "RecordFailure.batch" },
  ],
  Next: "RecordSuccess",
};

/** Fails as long as the job has ended; a redrive has opened it again before it comes here. */
function endUntilRedriven(step: string) {
  return {
    Type: "Task",
    Comment: `Fails, for the job has ended; redriven, it goes on with ${step}`,
    Resource: "arn:aws:states:::dynamodb:updateItem",
    Parameters: {
      TableName: "jobs",
      Key: { jobId: { "S.$": "$.jobId" } },
      ConditionExpression: "#status = :running",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: { ":running": { S: "RUNNING" } },
    },
    ResultPath: null,
    Retry: [
      { ErrorEquals: ["DynamoDB.ConditionalCheckFailedException"], MaxAttempts: 0 },
      {
        ErrorEquals: ["States.TaskFailed"],
        IntervalSeconds: 1,
        BackoffRate: 2,
        MaxDelaySeconds: 30,
        JitterStrategy: "FULL",
        MaxAttempts: 6,
      },
    ],
    Next: step,
  };
}

const expected = {
  Comment: "Settle",
  QueryLanguage: "JSONPath",
  StartAt: "generatePayload",
  States: {
    generatePayload: {
      Type: "Task",
      Resource: "arn:generatePayload",
      Parameters: {
        step: "generatePayload",
        "jobId.$": "$.jobId",
        "process.$": "$.process",
        "client.$": "$.client",
        "parameters.$": "$.parameters",
        "results.$": "$.results",
      },
      Retry: [
        {
          ErrorEquals: ["PermanentFailure"],
          MaxAttempts: 0,
        },
        {
          ErrorEquals: ["States.TaskFailed"],
          IntervalSeconds: 1,
          BackoffRate: 2,
          MaxDelaySeconds: 30,
          JitterStrategy: "FULL",
          MaxAttempts: 3,
        },
      ],
      ResultPath: "$.results.generatePayload",
      Catch: [
        {
          ErrorEquals: ["States.Timeout", "States.HeartbeatTimeout"],
          ResultPath: "$.error",
          Next: "RecordTimeout.generatePayload",
        },
        {
          ErrorEquals: ["States.ALL"],
          ResultPath: "$.error",
          Next: "RecordFailure.generatePayload",
        },
      ],
      Next: "approval",
    },
    "RecordFailure.generatePayload": {
      Type: "Task",
      Resource: "arn:aws:states:::dynamodb:updateItem",
      Parameters: {
        TableName: "jobs",
        Key: {
          jobId: {
            "S.$": "$.jobId",
          },
        },
        UpdateExpression:
          "SET #status = :status, updatedAt = :now, #error = :error, steps.#failed.#status = :status, steps.#failed.endedAt = :now",
        ConditionExpression: "#status IN (:running, :waiting)",
        ExpressionAttributeNames: {
          "#status": "status",
          "#error": "error",
          "#failed": "generatePayload",
        },
        ExpressionAttributeValues: {
          ":status": {
            S: "FAILED",
          },
          ":running": {
            S: "RUNNING",
          },
          ":waiting": {
            S: "WAITING",
          },
          ":now": {
            "S.$": "$$.State.EnteredTime",
          },
          ":error": {
            M: {
              code: {
                "S.$": "$.error.Error",
              },
              cause: {
                "S.$": "States.JsonToString($.error)",
              },
              step: {
                S: "generatePayload",
              },
            },
          },
        },
      },
      ResultPath: null,
      Retry: [
        {
          ErrorEquals: ["DynamoDB.ConditionalCheckFailedException"],
          MaxAttempts: 0,
        },
        {
          ErrorEquals: ["States.TaskFailed"],
          IntervalSeconds: 1,
          BackoffRate: 2,
          MaxDelaySeconds: 30,
          JitterStrategy: "FULL",
          MaxAttempts: 6,
        },
      ],
      Catch: [
        {
          ErrorEquals: ["DynamoDB.ConditionalCheckFailedException"],
          ResultPath: null,
          Next: "AlreadyEnded",
        },
      ],
      Next: "Failed.generatePayload",
    },
    "Failed.generatePayload": endUntilRedriven("generatePayload"),
    "RecordTimeout.generatePayload": {
      Type: "Task",
      Resource: "arn:aws:states:::dynamodb:updateItem",
      Parameters: {
        TableName: "jobs",
        Key: {
          jobId: {
            "S.$": "$.jobId",
          },
        },
        UpdateExpression:
          "SET #status = :status, updatedAt = :now, #error = :error, steps.#failed.#status = :status, steps.#failed.endedAt = :now",
        ConditionExpression: "#status IN (:running, :waiting)",
        ExpressionAttributeNames: {
          "#status": "status",
          "#error": "error",
          "#failed": "generatePayload",
        },
        ExpressionAttributeValues: {
          ":status": {
            S: "TIMED_OUT",
          },
          ":running": {
            S: "RUNNING",
          },
          ":waiting": {
            S: "WAITING",
          },
          ":now": {
            "S.$": "$$.State.EnteredTime",
          },
          ":error": {
            M: {
              code: {
                "S.$": "$.error.Error",
              },
              cause: {
                S: "The step generatePayload was not done in time.",
              },
              step: {
                S: "generatePayload",
              },
            },
          },
        },
      },
      ResultPath: null,
      Retry: [
        {
          ErrorEquals: ["DynamoDB.ConditionalCheckFailedException"],
          MaxAttempts: 0,
        },
        {
          ErrorEquals: ["States.TaskFailed"],
          IntervalSeconds: 1,
          BackoffRate: 2,
          MaxDelaySeconds: 30,
          JitterStrategy: "FULL",
          MaxAttempts: 6,
        },
      ],
      Catch: [
        {
          ErrorEquals: ["DynamoDB.ConditionalCheckFailedException"],
          ResultPath: null,
          Next: "AlreadyEnded",
        },
      ],
      Next: "TimedOut.generatePayload",
    },
    "TimedOut.generatePayload": endUntilRedriven("generatePayload"),
    approval: {
      Type: "Task",
      Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
      Parameters: {
        QueueUrl: "https://sqs/handoffs",
        MessageBody: {
          step: "approval",
          "jobId.$": "$.jobId",
          "process.$": "$.process",
          "client.$": "$.client",
          "parameters.$": "$.parameters",
          "results.$": "$.results",
          "token.$": "$$.Task.Token",
          "enteredAt.$": "$$.State.EnteredTime",
          "attempt.$": "$$.State.RetryCount",
          deadlineSeconds: 86400,
          ownFolder: false,
        },
      },
      TimeoutSeconds: 86400,
      HeartbeatSeconds: 3600,
      Retry: [
        {
          ErrorEquals: ["SQS.SdkClientException", "SQS.AmazonSQSException", "SQS.RequestThrottledException"],
          IntervalSeconds: 1,
          BackoffRate: 2,
          MaxDelaySeconds: 30,
          JitterStrategy: "FULL",
          MaxAttempts: 5,
        },
      ],
      ResultPath: "$.results.approval",
      Catch: [
        {
          ErrorEquals: ["States.Timeout", "States.HeartbeatTimeout"],
          ResultPath: "$.error",
          Next: "RecordTimeout.approval",
        },
        {
          ErrorEquals: ["States.ALL"],
          ResultPath: "$.error",
          Next: "RecordFailure.approval",
        },
      ],
      Next: "RecordSuccess",
    },
    "RecordFailure.approval": {
      Type: "Task",
      Resource: "arn:aws:states:::dynamodb:updateItem",
      Parameters: {
        TableName: "jobs",
        Key: {
          jobId: {
            "S.$": "$.jobId",
          },
        },
        UpdateExpression:
          "SET #status = :status, updatedAt = :now, #error = :error, steps.#failed.#status = :status, steps.#failed.endedAt = :now, steps.#step0.#status = :succeeded",
        ConditionExpression: "#status IN (:running, :waiting)",
        ExpressionAttributeNames: {
          "#status": "status",
          "#error": "error",
          "#failed": "approval",
          "#step0": "generatePayload",
        },
        ExpressionAttributeValues: {
          ":status": {
            S: "FAILED",
          },
          ":running": {
            S: "RUNNING",
          },
          ":waiting": {
            S: "WAITING",
          },
          ":now": {
            "S.$": "$$.State.EnteredTime",
          },
          ":succeeded": {
            S: "SUCCEEDED",
          },
          ":error": {
            M: {
              code: {
                "S.$": "$.error.Error",
              },
              cause: {
                "S.$": "States.JsonToString($.error)",
              },
              step: {
                S: "approval",
              },
            },
          },
        },
      },
      ResultPath: null,
      Retry: [
        {
          ErrorEquals: ["DynamoDB.ConditionalCheckFailedException"],
          MaxAttempts: 0,
        },
        {
          ErrorEquals: ["States.TaskFailed"],
          IntervalSeconds: 1,
          BackoffRate: 2,
          MaxDelaySeconds: 30,
          JitterStrategy: "FULL",
          MaxAttempts: 6,
        },
      ],
      Catch: [
        {
          ErrorEquals: ["DynamoDB.ConditionalCheckFailedException"],
          ResultPath: null,
          Next: "AlreadyEnded",
        },
      ],
      Next: "Failed.approval",
    },
    "Failed.approval": endUntilRedriven("approval"),
    "RecordTimeout.approval": {
      Type: "Task",
      Resource: "arn:aws:states:::dynamodb:updateItem",
      Parameters: {
        TableName: "jobs",
        Key: {
          jobId: {
            "S.$": "$.jobId",
          },
        },
        UpdateExpression:
          "SET #status = :status, updatedAt = :now, #error = :error, steps.#failed.#status = :status, steps.#failed.endedAt = :now, steps.#step0.#status = :succeeded",
        ConditionExpression: "#status IN (:running, :waiting)",
        ExpressionAttributeNames: {
          "#status": "status",
          "#error": "error",
          "#failed": "approval",
          "#step0": "generatePayload",
        },
        ExpressionAttributeValues: {
          ":status": {
            S: "TIMED_OUT",
          },
          ":running": {
            S: "RUNNING",
          },
          ":waiting": {
            S: "WAITING",
          },
          ":now": {
            "S.$": "$$.State.EnteredTime",
          },
          ":succeeded": {
            S: "SUCCEEDED",
          },
          ":error": {
            M: {
              code: {
                "S.$": "$.error.Error",
              },
              cause: {
                S: "The step approval was not done in time (deadline 86400 s, heartbeat 3600 s).",
              },
              step: {
                S: "approval",
              },
            },
          },
        },
      },
      ResultPath: null,
      Retry: [
        {
          ErrorEquals: ["DynamoDB.ConditionalCheckFailedException"],
          MaxAttempts: 0,
        },
        {
          ErrorEquals: ["States.TaskFailed"],
          IntervalSeconds: 1,
          BackoffRate: 2,
          MaxDelaySeconds: 30,
          JitterStrategy: "FULL",
          MaxAttempts: 6,
        },
      ],
      Catch: [
        {
          ErrorEquals: ["DynamoDB.ConditionalCheckFailedException"],
          ResultPath: null,
          Next: "AlreadyEnded",
        },
      ],
      Next: "TimedOut.approval",
    },
    "TimedOut.approval": endUntilRedriven("approval"),
    RecordSuccess: {
      Type: "Task",
      Resource: "arn:aws:states:::dynamodb:updateItem",
      Parameters: {
        TableName: "jobs",
        Key: {
          jobId: {
            "S.$": "$.jobId",
          },
        },
        UpdateExpression:
          "SET #status = :status, updatedAt = :now, #result = :result, steps.#step0.#status = :succeeded, steps.#step1.#status = :succeeded",
        ConditionExpression: "#status IN (:running, :waiting)",
        ExpressionAttributeNames: {
          "#status": "status",
          "#result": "result",
          "#step0": "generatePayload",
          "#step1": "approval",
        },
        ExpressionAttributeValues: {
          ":status": {
            S: "SUCCEEDED",
          },
          ":running": {
            S: "RUNNING",
          },
          ":waiting": {
            S: "WAITING",
          },
          ":now": {
            "S.$": "$$.State.EnteredTime",
          },
          ":succeeded": {
            S: "SUCCEEDED",
          },
          ":result": {
            "S.$": "States.JsonToString($.results)",
          },
        },
      },
      ResultPath: null,
      Retry: [
        {
          ErrorEquals: ["DynamoDB.ConditionalCheckFailedException"],
          MaxAttempts: 0,
        },
        {
          ErrorEquals: ["States.TaskFailed"],
          IntervalSeconds: 1,
          BackoffRate: 2,
          MaxDelaySeconds: 30,
          JitterStrategy: "FULL",
          MaxAttempts: 6,
        },
      ],
      Catch: [
        {
          ErrorEquals: ["DynamoDB.ConditionalCheckFailedException"],
          ResultPath: null,
          Next: "AlreadyEnded",
        },
      ],
      End: true,
    },
    AlreadyEnded: {
      Type: "Succeed",
    },
  },
};
