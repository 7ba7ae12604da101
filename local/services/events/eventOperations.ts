import type { Account } from "../../account";
import type { Clock } from "../../clock";
import type { Log } from "../../log";
import type { JsonObject, JsonOperation } from "../jsonProtocol";
import { AwsError, type RequiredPermission } from "../service";
import { envelopeOf, type EventEnvelope } from "./eventEnvelope";
import { matchesEventPattern } from "./eventPattern";
import { entriesOf, readEntry, unheardOf, type PutEventsEntry } from "./putEvents";
import { readPattern, type Bus, type Buses, type PutRuleInput, type Rule } from "./rules";
import type { Target } from "./target";

export interface EventState {
  readonly account: Account;
  readonly clock: Clock;
  readonly log: Log;
  readonly buses: Buses;
  readonly publishOn: (busName: string, event: EventEnvelope) => void;
  /** Starts or ends the timer of a rule. */
  readonly schedule: (rule: Rule) => void;
}

/**
 * The operations of EventBridge.
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html
 */
export function eventOperations(state: EventState): Record<string, JsonOperation> {
  const { buses } = state;
  return {
    PutEvents: {
      permissions: (input) => permissionsToPutEvents(input, buses),
      run: (input) => putEvents(input, state),
    },
    CreateEventBus: onBus("CreateEventBus", buses, ({ Name: name }) => ({
      EventBusArn: buses.create(String(name)).arn,
    })),
    DescribeEventBus: onBus("DescribeEventBus", buses, ({ Name: name }) => describeBus(buses.bus(name))),
    ListEventBuses: anywhere("ListEventBuses", () => ({ EventBuses: buses.all().map(describeBus) })),
    ListRules: anywhere("ListRules", ({ EventBusName: bus, NamePrefix: prefix = "" }) => {
      const rules = [...buses.bus(bus).rules.values()];
      return { Rules: rules.filter(({ name }) => name.startsWith(String(prefix))).map(describeRule) };
    }),
    TestEventPattern: anywhere("TestEventPattern", ({ EventPattern: pattern, Event: event }) => ({
      Result: matchesEventPattern(readPattern(String(pattern)), JSON.parse(String(event)) as JsonObject),
    })),
    ...ruleOperations(state),
  };
}

function ruleOperations({ buses, schedule }: EventState): Record<string, JsonOperation> {
  const onRule = (
    operation: string,
    run: (rule: Rule, input: JsonObject) => object | void,
    name = "Name",
  ) => ({
    permissions: (input: JsonObject) => [permissionOnRule(operation, input[name], input, buses)],
    run: (input: JsonObject) => run(buses.rule(input[name], input["EventBusName"]), input) ?? {},
  });
  const setEnabled = (enabled: boolean) => (rule: Rule) => {
    rule.enabled = enabled;
    schedule(rule);
  };
  return {
    PutRule: {
      permissions: (input) => [permissionOnRule("PutRule", input["Name"], input, buses)],
      run(input) {
        const rule = buses.putRule(input as unknown as PutRuleInput);
        schedule(rule);
        return { RuleArn: rule.arn };
      },
    },
    DescribeRule: onRule("DescribeRule", describeRule),
    EnableRule: onRule("EnableRule", setEnabled(true)),
    DisableRule: onRule("DisableRule", setEnabled(false)),
    DeleteRule: onRule("DeleteRule", (rule) => {
      if (rule.targets.size > 0) {
        throw new AwsError("ValidationException", "Rule can't be deleted since it has targets.");
      }
      setEnabled(false)(rule);
      buses.bus(rule.busName).rules.delete(rule.name);
    }),
    PutTargets: {
      permissions: (input) => [
        permissionOnRule("PutTargets", input["Rule"], input, buses),
        ...permissionsToPassRoles(targetsOf(input)),
      ],
      run(input) {
        const rule = buses.rule(input["Rule"], input["EventBusName"]);
        for (const target of targetsOf(input)) buses.putTarget(rule, target);
        return { FailedEntryCount: 0, FailedEntries: [] };
      },
    },
    RemoveTargets: onRule("RemoveTargets", removeTargets, "Rule"),
    ListTargetsByRule: onRule(
      "ListTargetsByRule",
      ({ targets }) => ({ Targets: [...targets.values()] }),
      "Rule",
    ),
  };
}

/** Entries are handled one by one, in their order. */
function putEvents(input: JsonObject, { account, clock, log, buses, publishOn }: EventState): object {
  const results = entriesOf(input).map((entry) => {
    const read = readEntry(entry);
    if ("ErrorCode" in read) return read;
    if (!buses.find(read.busName)) {
      log(`events: an event of ${read.content.source} is lost: there is no bus ${read.busName}`);
      return unheardOf();
    }
    const event = envelopeOf(read.content, account, read.time ?? clock.now());
    publishOn(read.busName, event);
    return { EventId: event.id };
  });
  return { FailedEntryCount: results.filter((result) => "ErrorCode" in result).length, Entries: results };
}

function permissionsToPutEvents({ Entries: entries }: JsonObject, buses: Buses): RequiredPermission[] {
  const list = Array.isArray(entries) ? (entries as PutEventsEntry[]) : [];
  return list.map(({ EventBusName: bus = "default", Source, DetailType }) => ({
    action: "events:PutEvents",
    resource: buses.busArn(bus),
    context: {
      ...(typeof Source === "string" ? { "events:source": Source } : {}),
      ...(typeof DetailType === "string" ? { "events:detail-type": DetailType } : {}),
      "events:eventBusInvocation": "false",
    },
  }));
}

/** Who makes a rule act as a role must be allowed to hand that role over. */
function permissionsToPassRoles(targets: readonly Target[]): RequiredPermission[] {
  const roles = new Set(targets.flatMap(({ RoleArn }) => RoleArn ?? []));
  const context = { "iam:PassedToService": "events.amazonaws.com" };
  return [...roles].map((resource) => ({ action: "iam:PassRole", resource, context }));
}

function permissionOnRule(
  operation: string,
  name: unknown,
  input: JsonObject,
  buses: Buses,
): RequiredPermission {
  const busName = typeof input["EventBusName"] === "string" ? input["EventBusName"] : "default";
  return { action: `events:${operation}`, resource: buses.ruleArn(String(name), busName) };
}

function onBus(operation: string, buses: Buses, run: JsonOperation["run"]): JsonOperation {
  return {
    permissions: ({ Name: name = "default" }) => [
      { action: `events:${operation}`, resource: buses.busArn(String(name)) },
    ],
    run,
  };
}

function anywhere(operation: string, run: JsonOperation["run"]): JsonOperation {
  return { permissions: () => [{ action: `events:${operation}`, resource: "*" }], run };
}

function removeTargets({ targets }: Rule, { Ids: ids }: JsonObject): object {
  for (const id of Array.isArray(ids) ? ids : []) targets.delete(String(id));
  return { FailedEntryCount: 0, FailedEntries: [] };
}

function targetsOf({ Targets: targets }: JsonObject): Target[] {
  return Array.isArray(targets) ? (targets as Target[]) : [];
}

function describeBus({ name, arn }: Bus): object {
  return { Name: name, Arn: arn };
}

function describeRule(rule: Rule): object {
  return {
    Name: rule.name,
    Arn: rule.arn,
    EventPattern: rule.patternText,
    ScheduleExpression: rule.schedule,
    State: rule.enabled ? "ENABLED" : "DISABLED",
    Description: rule.description,
    EventBusName: rule.busName,
  };
}
