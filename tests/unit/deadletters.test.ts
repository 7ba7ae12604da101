import { deepEqual, equal, match, rejects, throws } from "node:assert/strict";
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { describeDeadLetter } from "../../cli/deadletters/describe";
import { findQueues } from "../../cli/deadletters/findQueues";
import { JsonApiError } from "../../cli/deadletters/jsonApi";
import { list, renderList } from "../../cli/deadletters/list";
import { parseDeadLetterOptions, usage } from "../../cli/deadletters/options";
import { localQueues, queueNamed, queuesOfOutputs } from "../../cli/deadletters/queues";
import { readDeadLetter } from "../../cli/deadletters/deadLetter";
import type { DeadLetterServices } from "../../cli/deadletters/services";
import { inNewFolder } from "../helpers/folders";

const selected = { kind: "stack" };

describe("The command line of npm run deadletters", () => {
  const good: [line: string, expected: object][] = [
    ["list", { command: "list", source: selected }],
    ["list --stack prod", { command: "list", source: { kind: "stack", stack: "prod" } }],
    [
      "list --stack org/jobrelay/prod",
      { command: "list", source: { kind: "stack", stack: "org/jobrelay/prod" } },
    ],
    ["list --queues-from -", { command: "list", source: { kind: "file", file: "-" } }],
    ["show callbacks", { command: "show", queue: "callbacks", limit: 10, source: selected }],
    ["show --limit 1000 callbacks", { command: "show", queue: "callbacks", limit: 1000, source: selected }],
    ["redrive callbacks", { command: "redrive", queue: "callbacks", forgetExpired: false, source: selected }],
    [
      "redrive callbacks --limit 1 --forget-expired",
      { command: "redrive", queue: "callbacks", limit: 1, forgetExpired: true, source: selected },
    ],
    [
      "list --endpoint-url http://127.0.0.1:4566/",
      { command: "list", source: { kind: "endpoint", endpointUrl: "http://127.0.0.1:4566" } },
    ],
  ];
  for (const [line, expected] of good) {
    it(`is read: ${line}`, () => deepEqual(parseDeadLetterOptions(line.split(" ")), expected));
  }

  for (const line of ["--help", "list --help", "nonsense --help"]) {
    it(`asks for help: ${line}`, () => equal(parseDeadLetterOptions(line.split(" ")), undefined));
  }

  const bad: [line: string, message: string | RegExp][] = [
    ["", "Say what to do: list, show or redrive."],
    ["purge callbacks", '"purge" is no command; there are list, show and redrive.'],
    ["list callbacks", 'list does not take "callbacks".'],
    ["show", "show needs the name of a queue; list shows them."],
    ["redrive", "redrive needs the name of a queue; list shows them."],
    ["redrive callbacks handoffs", 'redrive does not take "handoffs".'],
    ["list --limit 1", "list has no --limit."],
    ["show callbacks --forget-expired", "show has no --forget-expired."],
    ["list --forget-expired", "list has no --forget-expired."],
    ...["0", "1001", "1.5", "many", "٣"].map((limit): [string, string] => [
      `show callbacks --limit ${limit}`,
      `--limit is "${limit}"; it is a whole number from 1 to 1000.`,
    ]),
    ["list --stack a --queues-from b", "--stack and --queues-from exclude each other."],
    ["list --stack a --endpoint-url http://b", "--stack and --endpoint-url exclude each other."],
    ["list --queues-from a --endpoint-url http://b", "--queues-from and --endpoint-url exclude each other."],
    ["list --stack=--show-secrets", '--stack is "--show-secrets", which is no name of a stack.'],
    [
      "list --endpoint-url 127.0.0.1:4566",
      '--endpoint-url is "127.0.0.1:4566", which is no http or https URL.',
    ],
    ["list --endpoint-url file:///etc", '--endpoint-url is "file:///etc", which is no http or https URL.'],
    ["list --stak a", /^Unknown option '--stak'/],
  ];
  for (const [line, message] of bad) {
    it(`is refused: ${line}`, () =>
      throws(() => parseDeadLetterOptions(line.split(" ").filter((word) => word !== "")), {
        name: "UsageError",
        message,
      }));
  }

  it("has every option in the text of --help", () => {
    const options = [...usage.matchAll(/^ +(--[a-z-]+)/gm)].map(([, option]) => option);
    deepEqual(options, [
      ...["--limit", "--forget-expired", "--stack", "--queues-from", "--endpoint-url", "--help"],
    ]);
  });
});

const url = (name: string) => `https://sqs.eu-west-1.amazonaws.com/111122223333/${name}`;

describe("The dead-letter queues of a stack", () => {
  it("are those that its outputs name, in order", () => {
    const deadLetterQueues = { "jobs-stream-failures": url("b"), callbacks: url("a") };
    deepEqual(queuesOfOutputs(JSON.stringify({ apiUrl: "https://api", deadLetterQueues })), [
      { name: "callbacks", url: url("a") },
      { name: "jobs-stream-failures", url: url("b") },
    ]);
  });

  const noMap = "The stack's output deadLetterQueues is no map from names to the URLs of queues.";
  const bad: [title: string, outputs: string, message: string][] = [
    ["no JSON", "error: no stack selected", "The stack's outputs are not JSON."],
    ["no map", "[]", 'There is no deadLetterQueues among the stack\'s outputs; "pulumi up" makes it.'],
    ["another stack", "{}", 'There is no deadLetterQueues among the stack\'s outputs; "pulumi up" makes it.'],
    ["a secret", '{"deadLetterQueues":"[secret]"}', noMap],
    ["no URL", '{"deadLetterQueues":{"callbacks":"callbacks"}}', noMap],
    ["no queue's URL", '{"deadLetterQueues":{"callbacks":"https://example.com/callbacks"}}', noMap],
  ];
  for (const [title, outputs, message] of bad) {
    it(`are not found in ${title}`, () =>
      throws(() => queuesOfOutputs(outputs), { name: "QueuesError", message }));
  }

  it("are known on the local cloud by how it names them", () => {
    const names = [
      "callbacks-0123abc",
      "callbacks-dead-0123abc",
      "x-failures-0123abc",
      "y-dead",
      "z-failures-0123ABC",
    ];
    deepEqual(
      localQueues(names.map(url)).map((queue) => [queue.name, queue.url]),
      [
        ["callbacks", url("callbacks-dead-0123abc")],
        ["x-failures", url("x-failures-0123abc")],
      ],
    );
  });

  it("are named when one is asked for that there is not", () =>
    throws(() => queueNamed(localQueues([url("a-dead-0123abc"), url("b-dead-0123abc")]), "c"), {
      name: "QueueNameError",
      message: 'There is no dead-letter queue "c". There are: a, b.',
    }));

  it("come from Pulumi itself, which is asked for no secrets", async () => {
    const calls: unknown[][] = [];
    const run = async (...call: unknown[]) => {
      calls.push(call);
      return JSON.stringify({ deadLetterQueues: { callbacks: url("a") } });
    };
    deepEqual(await findQueues({ kind: "stack", stack: "prod" }, run), [
      { name: "callbacks", url: url("a") },
    ]);
    await findQueues({ kind: "stack" }, run);
    deepEqual(calls, [
      ["npx", ["pulumi", "stack", "output", "--json", "--stack", "prod"]],
      ["npx", ["pulumi", "stack", "output", "--json"]],
    ]);
  });

  it("are not found when Pulumi fails, whose last word is told", async () => {
    const error = Object.assign(new Error("Command failed"), {
      stderr: "warning\nerror: no stack named 'prod' found\n",
    });
    await rejects(
      findQueues({ kind: "stack", stack: "prod" }, () => Promise.reject(error)),
      {
        name: "StackOutputsError",
        message: "npx pulumi stack output --json --stack prod failed: error: no stack named 'prod' found",
      },
    );
  });

  it("come from a file", () =>
    inNewFolder(async (folder) => {
      const file = path.join(folder, "outputs.json");
      writeFileSync(file, JSON.stringify({ deadLetterQueues: { callbacks: url("a") } }));
      deepEqual(await findQueues({ kind: "file", file }), [{ name: "callbacks", url: url("a") }]);
      await rejects(
        findQueues({ kind: "file", file: `${file}.not` }),
        /^StackOutputsError: --queues-from: ENOENT/,
      );
    }));
});

const functionArn = "arn:aws:lambda:eu-west-1:111122223333:function:record-executions-1:$LATEST";
const batch = {
  shardId: "shardId-1",
  startSequenceNumber: "100",
  endSequenceNumber: "200",
  approximateArrivalOfFirstRecord: "2026-01-01T00:00:00Z",
  batchSize: 3,
  streamArn: "arn:stream",
};
const failed = (rest: object, condition = "RetriesExhausted") => ({
  requestContext: { functionArn, condition },
  ...rest,
});

describe("A dead letter", () => {
  const known: [title: string, body: unknown, expected: object][] = [
    [
      "files that were dropped",
      {
        Records: ["inbound/j1/success.json", "inbound/j+2/failure.json", "outbound/x"].map((key) => ({
          s3: { object: { key } },
        })),
      },
      {
        what: "files: inbound/j1/success.json, inbound/j+2/failure.json, outbound/x",
        jobs: ["j1", "j 2"],
      },
    ],
    [
      "a file whose name cannot be decoded",
      { Records: [{ s3: { object: { key: "inbound/j1/%zz" } } }] },
      { what: "files: inbound/j1/%zz", jobs: [] },
    ],
    [
      "the request for a hand-off, without its token",
      { jobId: "j1", process: "settlement", step: "approval", token: "secret" },
      { what: "the request for the hand-off approval of settlement", jobs: ["j1"] },
    ],
    ["outputs to be fetched", { jobId: "j1" }, { what: "outputs of a job", jobs: ["j1"] }],
    [
      "resources that could not be tagged, and why",
      {
        ...{ groupKey: "TagGroup", groupValue: "wan", tags: {}, arns: ["arn:a", "arn:b"] },
        failures: [
          { arn: "arn:a", code: "x", reason: "Full." },
          { arn: "arn:b", code: "x", reason: "Full." },
        ],
      },
      { what: "tags of TagGroup=wan for arn:a, arn:b", jobs: [], why: "Full." },
    ],
    [
      "a notification",
      { type: "jobrelay.job.succeeded", subject: "j1", data: { process: "apost" } },
      { what: "the notification jobrelay.job.succeeded of apost", jobs: ["j1"] },
    ],
    [
      "changes of the table",
      failed({ DDBStreamBatchInfo: batch }, "RetryAttemptsExhausted"),
      {
        what: "3 changes of the table since 2026-01-01T00:00:00Z (shardId-1, 100 to 200) for record-executions-1",
        jobs: [],
        why: "RetryAttemptsExhausted",
      },
    ],
    [
      "an execution that ended",
      failed({
        requestPayload: {
          "detail-type": "Step Functions Execution Status Change",
          detail: { name: "j1", executionArn: "arn:e", status: "ABORTED" },
        },
        responsePayload: { errorType: "TypeError", errorMessage: "no table" },
      }),
      {
        what: '"Step Functions Execution Status Change" (ABORTED) for record-executions-1',
        jobs: ["j1"],
        why: "RetriesExhausted: TypeError: no table",
      },
    ],
    [
      "a container that changed",
      failed({
        requestPayload: {
          "detail-type": "Batch Job State Change",
          detail: {
            jobId: "b1",
            status: "FAILED",
            container: { environment: [{ name: "JOB_ID", value: "j1" }] },
          },
        },
        responsePayload: { errorMessage: "Task timed out" },
      }),
      {
        what: '"Batch Job State Change" (FAILED) for record-executions-1',
        jobs: ["j1"],
        why: "RetriesExhausted: Task timed out",
      },
    ],
    [
      "an alarm",
      failed({ requestPayload: { alarmData: { alarmName: "energy-jobs" } } }, "EventAgeExceeded"),
      {
        what: "a change of the alarm energy-jobs for record-executions-1",
        jobs: [],
        why: "EventAgeExceeded",
      },
    ],
    [
      "an event of another form",
      failed({ requestPayload: 1 }),
      { what: "an event of an unknown form for record-executions-1", jobs: [], why: "RetriesExhausted" },
    ],
    ["a message of another form", { a: 1 }, { what: "a message of an unknown form", jobs: [] }],
    ["records of another form", { Records: [1] }, { what: "events of an unknown form", jobs: [] }],
    ["an array", [], { what: "a message that is no JSON object", jobs: [] }],
  ];
  for (const [title, body, expected] of known) {
    it(`is described: ${title}`, () =>
      deepEqual(describeDeadLetter(readDeadLetter(JSON.stringify(body))), expected));
  }

  it("is described when it is no JSON", () =>
    deepEqual(describeDeadLetter(readDeadLetter("token=secret")), {
      what: "a message that is no JSON object",
      jobs: [],
    }));

  it("is described in texts that do nothing to a terminal, and are no longer than a few lines", () => {
    const name = "\u001b[2J\u202eevil\n" + "x".repeat(500);
    const { what, why = "" } = describeDeadLetter(
      readDeadLetter(JSON.stringify(failed({ requestPayload: {}, responsePayload: { errorMessage: name } }))),
    );
    equal(what, "a message of an unknown form for record-executions-1");
    match(why, /^RetriesExhausted: {2}\[2J evil x+…$/);
    equal(why.length, 301);
  });

  for (const [member, value] of Object.entries({
    startSequenceNumber: "a",
    endSequenceNumber: 7,
    shardId: null,
    streamArn: undefined,
  })) {
    it(`names no changes when its ${member} is ${String(value)}`, () =>
      equal(
        readDeadLetter(JSON.stringify(failed({ DDBStreamBatchInfo: { ...batch, [member]: value } }))).kind,
        "message",
      ));
  }
});

describe("The list of dead-letter queues", () => {
  const now = new Date("2026-01-01T00:15:00Z");

  /** What is printed of one queue with two messages. */
  const printed = async (cloudWatch: DeadLetterServices["cloudWatch"]) => {
    const Attributes = {
      QueueArn: "arn",
      ApproximateNumberOfMessages: "1",
      ApproximateNumberOfMessagesNotVisible: "1",
    };
    const sqs = { send: async () => ({ Attributes }) };
    const lines: string[] = [];
    const services = { sqs, cloudWatch } as unknown as DeadLetterServices;
    await list(services, [{ name: "callbacks", url: url("callbacks-dead-1") }], now, (line) =>
      lines.push(line),
    );
    return lines.flatMap((line) => line.split("\n")).filter((line) => /callbacks/.test(line));
  };

  it("takes the age of the oldest message from CloudWatch, so that nothing has to be received", async () => {
    const calls: unknown[][] = [];
    const cloudWatch = {
      call: async (...call: unknown[]) => {
        calls.push(call);
        return {
          Datapoints: [
            { Timestamp: 2, Maximum: 7200 },
            { Timestamp: 1, Maximum: 60 },
          ],
        };
      },
    };
    deepEqual(await printed(cloudWatch), ["│ callbacks │        2 │ 2 h 0 min │"]);
    deepEqual(calls, [
      [
        "GetMetricStatistics",
        {
          Namespace: "AWS/SQS",
          MetricName: "ApproximateAgeOfOldestMessage",
          Dimensions: [{ Name: "QueueName", Value: "callbacks-dead-1" }],
          StartTime: now.getTime() / 1000 - 900,
          EndTime: now.getTime() / 1000,
          Period: 60,
          Statistics: ["Maximum"],
        },
      ],
    ]);
  });

  it("says why the age is not known where CloudWatch does not tell", async () => {
    const cloudWatch = {
      call: () => Promise.reject(new JsonApiError("AccessDeniedException", "you may not")),
    };
    deepEqual(await printed(cloudWatch), [
      "The age of the oldest message of callbacks is not known: AccessDeniedException: you may not",
      "│ callbacks │        2 │ unknown │",
    ]);
  });

  it("shows how many messages there are, and how old the oldest is", () => {
    const table = renderList([
      { name: "callbacks", messages: 0 },
      { name: "egress", messages: 12, oldest: 59 },
      { name: "handoffs", messages: 3, oldest: 90_060 },
      { name: "jobs-stream-failures", messages: 1, oldest: 3_720 },
      { name: "record-executions-failures", messages: 1 },
    ]);
    deepEqual(
      table.split("\n").filter((_, index) => index % 2 === 1),
      [
        "│ queue                      │ messages │ oldest        │",
        "│ callbacks                  │        0 │               │",
        "│ egress                     │       12 │ 0 min         │",
        "│ handoffs                   │        3 │ 1 d 1 h 1 min │",
        "│ jobs-stream-failures       │        1 │ 1 h 2 min     │",
        "│ record-executions-failures │        1 │ unknown       │",
      ],
    );
  });
});
