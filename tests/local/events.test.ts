import assert from "node:assert/strict";
import { AwsError } from "../../local/services/service";
import type { JsonObject } from "../../local/services/jsonProtocol";
import type { Target } from "../../local/services/events";
import { EventsHarness, eventOf } from "../helpers/events";
import { queueArn, topicArn } from "../helpers/messaging";

const functionArn = "arn:aws:lambda:eu-west-1:000000000000:function:notify";
const ruleArn = "arn:aws:events:eu-west-1:000000000000:rule/failed";
const principal = { kind: "service", service: "events.amazonaws.com", sourceArn: ruleArn } as const;
const pattern = { detail: { status: ["FAILED"] } };

describe("the local EventBridge", () => {
  let harness: EventsHarness;

  beforeEach(() => {
    harness = new EventsHarness();
    harness.events.putRule({ Name: "failed", EventPattern: JSON.stringify(pattern) });
  });

  afterEach(() => harness.events.stop());

  const target = (more: Partial<Target> = {}) =>
    harness.events.putTarget({ Rule: "failed", Target: { Id: "one", Arn: functionArn, ...more } });

  it("gives a matching event to a function, as the service principal of EventBridge for the rule", async () => {
    target();
    harness.events.publish(eventOf({ status: "SUCCEEDED" }));
    harness.events.publish(eventOf({ status: "FAILED" }));
    await harness.settled();
    assert.deepEqual(harness.received, [
      { to: functionArn, principal, input: eventOf({ status: "FAILED" }) },
    ]);
  });

  it("takes events from callers onto the bus that they name, entry by entry", async () => {
    const { arn } = harness.events.createBus("jobs");
    harness.events.putRule({ Name: "all", EventBusName: "jobs", EventPattern: '{"source":["jobrelay"]}' });
    harness.events.putTarget({ Rule: "all", EventBusName: arn, Target: { Id: "one", Arn: functionArn } });
    const entry = { Source: "jobrelay", DetailType: "Job", Detail: '{"jobId":"7"}', EventBusName: "jobs" };
    const answer = await harness.call("PutEvents", {
      Entries: [
        entry,
        { ...entry, Detail: "{" },
        { ...entry, Source: "aws.states" },
        { DetailType: "Job", Detail: "{}" },
        { ...entry, EventBusName: "none" },
        { ...entry, Time: 1772366400, Resources: ["arn:x"] },
      ],
    });
    await harness.settled();
    const ids = (answer["Entries"] as { EventId?: string }[]).map(({ EventId }) => EventId);
    assert.deepEqual(answer, {
      FailedEntryCount: 3,
      Entries: [
        { EventId: ids[0] },
        { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." },
        { ErrorCode: "NotAuthorizedForSourceException", ErrorMessage: "Not authorized for the source." },
        {
          ErrorCode: "InvalidArgument",
          ErrorMessage: "Parameter Source is not valid. Reason: Source is a required argument.",
        },
        { EventId: ids[4] },
        { EventId: ids[5] },
      ],
    });
    const expected = { "detail-type": "Job", detail: { jobId: "7" } };
    assert.deepEqual(
      harness.received.map(({ input }) => input),
      [
        eventOf({}, { ...expected, id: ids[0] ?? "" }),
        eventOf({}, { ...expected, id: ids[5] ?? "", resources: ["arn:x"] }),
      ],
    );
    assert.deepEqual(harness.lines, ["events: an event of jobrelay is lost: there is no bus none"]);
  });

  const kinds: readonly (readonly [title: string, target: Partial<Target>, to: string, input: unknown])[] = [
    [
      "a queue",
      { Arn: queueArn("q"), InputPath: "$.detail" },
      "sqs",
      { QueueUrl: "https://sqs.eu-west-1.amazonaws.com/000000000000/q", MessageBody: '{"status":"FAILED"}' },
    ],
    [
      "a topic",
      { Arn: topicArn("t"), Input: '"failed"' },
      "sns",
      { Action: "Publish", Version: "2010-03-31", TopicArn: topicArn("t"), Message: '"failed"' },
    ],
  ];
  for (const [title, more, to, input] of kinds) {
    it(`gives an event to ${title}`, async () => {
      target(more);
      harness.events.publish(eventOf({ status: "FAILED" }));
      await harness.settled();
      assert.deepEqual(harness.received, [{ to, principal, input }]);
    });
  }

  it("starts a state machine as the target's role", async () => {
    const arn = "arn:aws:states:eu-west-1:000000000000:stateMachine:redrive";
    target({ Arn: arn, RoleArn: "arn:aws:iam::000000000000:role/events/starter", Input: '{"a":1}' });
    harness.events.publish(eventOf({ status: "FAILED" }));
    await harness.settled();
    const [{ input, ...received } = {}] = harness.received as Partial<{ input: JsonObject }>[];
    assert.deepEqual(received, {
      to: "states",
      principal: {
        kind: "role",
        roleArn: "arn:aws:iam::000000000000:role/events/starter",
        arn: "arn:aws:sts::000000000000:assumed-role/starter/EventBridge",
      },
    });
    assert.match(String(input?.["name"]), /^5f0d6c1e-0000-4000-8000-000000000001_[0-9a-f-]{36}$/);
    assert.deepEqual([input?.["stateMachineArn"], input?.["input"]], [arn, '{"a":1}']);
  });

  const paths = {
    status: "$.detail.status",
    job: "$.detail.job",
    first: "$.detail.list[0]",
    none: "$.detail.none",
  };
  const templates: readonly (readonly [template: string, output: unknown])[] = [
    ['{"state": <status>, "job": <job>}', { state: "FAILED", job: { id: 7 } }],
    ['{"text": "job is <status>, first <first>"}', { text: "job is FAILED, first a" }],
    ['"job <job> is <status>"', 'job {"id":7} is FAILED'],
    ['{"none": <none>, "text": "<none>"}', { none: "", text: "" }],
    ['{"rule": "<aws.events.rule-name>", "arn": <aws.events.rule-arn>}', { rule: "failed", arn: ruleArn }],
    ['{"at": <aws.events.event.ingestion-time>}', { at: "2026-03-01T12:00:00Z" }],
  ];
  for (const [InputTemplate, output] of templates) {
    it(`fills in the template ${InputTemplate}`, async () => {
      target({ InputTransformer: { InputPathsMap: paths, InputTemplate } });
      harness.events.publish(eventOf({ status: "FAILED", job: { id: 7 }, list: ["a"] }));
      await harness.settled();
      assert.deepEqual(
        harness.received.map(({ input }) => input),
        [output],
      );
    });
  }

  it("tries again as often as the target's policy says, then sends the event to its dead-letter queue", async () => {
    target({ RetryPolicy: { MaximumRetryAttempts: 1 }, DeadLetterConfig: { Arn: queueArn("dead") } });
    harness.failures.push(
      new AwsError("ServiceException", "busy", 500),
      new AwsError("ServiceException", "busy", 500),
    );
    harness.events.publish(eventOf({ status: "FAILED" }));
    await harness.settled();
    assert.deepEqual([harness.clock.waits, harness.received], [[1000], []]);
    harness.clock.advance(1000);
    await harness.settled();
    const attributes = {
      RULE_ARN: ruleArn,
      TARGET_ARN: functionArn,
      ERROR_CODE: "ServiceException",
      ERROR_MESSAGE: "busy",
      EXHAUSTED_RETRY_CONDITION: "MaximumRetryAttempts",
      RETRY_ATTEMPTS: "1",
    };
    assert.deepEqual(harness.received, [
      {
        to: "sqs",
        principal,
        input: {
          QueueUrl: "https://sqs.eu-west-1.amazonaws.com/000000000000/dead",
          MessageBody: JSON.stringify(eventOf({ status: "FAILED" })),
          MessageAttributes: Object.fromEntries(
            Object.entries(attributes).map(([name, StringValue]) => [
              name,
              { DataType: "String", StringValue },
            ]),
          ),
        },
      },
    ]);
  });

  it("does not try again what is not allowed", async () => {
    target();
    harness.failures.push(new AwsError("AccessDeniedException", "no", 403));
    harness.events.publish(eventOf({ status: "FAILED" }));
    await harness.settled();
    assert.deepEqual(
      [harness.clock.waits, harness.lines],
      [
        [],
        [
          "events: event 5f0d6c1e-0000-4000-8000-000000000001 of rule failed to " +
            `${functionArn} failed (AccessDeniedException: no), given up`,
        ],
      ],
    );
  });

  it("fires a schedule at its rate, until the rule is disabled", async () => {
    harness.events.putRule({ Name: "tick", ScheduleExpression: "rate(5 minutes)" });
    harness.events.putTarget({ Rule: "tick", Target: { Id: "one", Arn: functionArn } });
    harness.clock.advance(300_000);
    harness.clock.advance(300_000);
    await harness.call("DisableRule", { Name: "tick" });
    harness.clock.advance(300_000);
    await harness.settled();
    const inputs = harness.received.map(({ input }) => input as JsonObject);
    const arn = "arn:aws:events:eu-west-1:000000000000:rule/tick";
    const scheduled = { source: "aws.events", "detail-type": "Scheduled Event", resources: [arn] };
    assert.deepEqual(inputs, [
      eventOf({}, { ...scheduled, id: String(inputs[0]?.["id"]), time: "2026-03-01T12:05:00Z" }),
      eventOf({}, { ...scheduled, id: String(inputs[1]?.["id"]), time: "2026-03-01T12:10:00Z" }),
    ]);
  });

  it("shows rules and targets to who looks", async () => {
    target();
    const rule = {
      Name: "failed",
      Arn: ruleArn,
      EventPattern: JSON.stringify(pattern),
      State: "ENABLED",
      EventBusName: "default",
    };
    assert.deepEqual(await harness.call("ListRules", {}), { Rules: [rule] });
    assert.deepEqual(await harness.call("DescribeRule", { Name: "failed" }), rule);
    assert.deepEqual(await harness.call("ListTargetsByRule", { Rule: "failed" }), {
      Targets: [{ Id: "one", Arn: functionArn }],
    });
    assert.deepEqual(await harness.call("DescribeRule", { Name: "none" }), {
      __type: "ResourceNotFoundException",
      message: "Rule none does not exist on EventBus default.",
    });
  });

  const large = { Source: "s", DetailType: "t", Detail: JSON.stringify("x".repeat(600_000)) };
  const refusals: readonly (readonly [
    title: string,
    operation: string,
    input: object,
    type: string,
    message: string,
  ])[] = [
    [
      "entries of more than 1 MiB",
      "PutEvents",
      { Entries: [large, large] },
      "ValidationException",
      "Total size of the entries in the request is over the limit.",
    ],
    [
      "eleven entries",
      "PutEvents",
      { Entries: Array(11).fill({}) },
      "ValidationException",
      "1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length less than or equal to 10",
    ],
    [
      "a rule without a trigger",
      "PutRule",
      { Name: "x" },
      "ValidationException",
      "Parameter(s) EventPattern or ScheduleExpression must be specified.",
    ],
    [
      "a pattern with an unknown operator",
      "PutRule",
      { Name: "x", EventPattern: '{"a":[{"near":1}]}' },
      "InvalidEventPatternException",
      "Event pattern is not valid. Reason: Unrecognized match type near",
    ],
    [
      "a rate of 1 minutes",
      "PutRule",
      { Name: "x", ScheduleExpression: "rate(1 minutes)" },
      "ValidationException",
      "Parameter ScheduleExpression is not valid.",
    ],
    [
      "a cron schedule",
      "PutRule",
      { Name: "x", ScheduleExpression: "cron(0 12 * * ? *)" },
      "ValidationException",
      "the local cloud has no cron(...) schedules, only rate(...): cron(0 12 * * ? *)",
    ],
    [
      "a target of another kind",
      "PutTargets",
      { Rule: "failed", Targets: [{ Id: "x", Arn: "arn:aws:kinesis:eu-west-1:000000000000:stream/s" }] },
      "ValidationException",
      "the local cloud has targets in lambda, sqs, sns, states only: arn:aws:kinesis:eu-west-1:000000000000:stream/s",
    ],
    [
      "a template with an unknown placeholder",
      "PutTargets",
      {
        Rule: "failed",
        Targets: [{ Id: "x", Arn: functionArn, InputTransformer: { InputTemplate: '"<x>"' } }],
      },
      "ValidationException",
      "Invalid placeholder <x> in InputTemplate.",
    ],
  ];
  for (const [title, operation, input, __type, message] of refusals) {
    it(`refuses ${title}`, async () => {
      assert.deepEqual(await harness.call(operation, input), { __type, message });
    });
  }

  it("needs permission on the bus, the rule, and the role that is handed over", () => {
    const entry = { Source: "jobrelay", DetailType: "Job", EventBusName: "jobs" };
    assert.deepEqual(harness.permissions("PutEvents", { Entries: [entry] }), [
      {
        action: "events:PutEvents",
        resource: "arn:aws:events:eu-west-1:000000000000:event-bus/jobs",
        context: {
          "events:source": "jobrelay",
          "events:detail-type": "Job",
          "events:eventBusInvocation": "false",
        },
      },
    ]);
    const targets = {
      Rule: "r",
      EventBusName: "jobs",
      Targets: [{ RoleArn: "arn:aws:iam::000000000000:role/x" }],
    };
    assert.deepEqual(harness.permissions("PutTargets", targets), [
      { action: "events:PutTargets", resource: "arn:aws:events:eu-west-1:000000000000:rule/jobs/r" },
      {
        action: "iam:PassRole",
        resource: "arn:aws:iam::000000000000:role/x",
        context: { "iam:PassedToService": "events.amazonaws.com" },
      },
    ]);
  });
});
