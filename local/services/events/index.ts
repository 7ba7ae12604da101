import { jsonService } from "../jsonProtocol";
import type { Service } from "../service";
import { envelopeOf, type EventContent, type EventEnvelope } from "./eventEnvelope";
import { matchesEventPattern } from "./eventPattern";
import { eventOperations } from "./eventOperations";
import { Buses, type PutRuleInput, type Rule } from "./rules";
import { readRate, Timetable } from "./schedule";
import type { Target } from "./target";
import { TargetDelivery, type TargetDeliveryOptions } from "./targetDelivery";

export type { EventEnvelope } from "./eventEnvelope";
export type { PutRuleInput } from "./rules";
export type { InputTransformer, Target } from "./target";

export type EventsOptions = TargetDeliveryOptions;

export interface PutTargetInput {
  readonly Rule: string;
  /** @default "default" */
  readonly EventBusName?: string;
  readonly Target: Target;
}

/** Amazon EventBridge: buses, rules, schedules and targets. */
export interface Events {
  readonly service: Service;
  /** @throws AwsError as CreateEventBus does */
  createBus(name: string): { arn: string };
  /** @throws AwsError as PutRule does */
  putRule(input: PutRuleInput): { arn: string };
  /** @throws AwsError as PutTargets does */
  putTarget(input: PutTargetInput): void;
  /** An event of an AWS service, onto the default bus. */
  publish(event: EventEnvelope): void;
  stop(): Promise<void>;
}

export function createEvents(options: EventsOptions): Events {
  const { account, clock } = options;
  const buses = new Buses(account);
  const delivery = new TargetDelivery(options);
  const timetable = new Timetable(clock);

  const deliverTo = (rule: Rule, event: EventEnvelope) => {
    for (const target of rule.targets.values()) delivery.deliver(rule, target, event);
  };
  const publishOn = (busName: string, event: EventEnvelope) => {
    for (const rule of buses.bus(busName).rules.values()) {
      if (rule.enabled && rule.pattern && matchesEventPattern(rule.pattern, { ...event }))
        deliverTo(rule, event);
    }
  };
  const schedule = (rule: Rule) => {
    if (!rule.enabled || rule.schedule === undefined) return timetable.cancel(rule.arn);
    timetable.every(readRate(rule.schedule), rule.arn, () =>
      deliverTo(rule, envelopeOf(scheduledEvent(rule), account, clock.now())),
    );
  };

  const operations = eventOperations({ ...options, buses, publishOn, schedule });
  const stop = async () => {
    timetable.stop();
    await delivery.stop();
  };
  return {
    service: { ...jsonService({ targetPrefix: "AWSEvents", version: "1.1", operations }), stop },
    createBus: (name) => ({ arn: buses.create(name).arn }),
    putRule(input) {
      const rule = buses.putRule(input);
      schedule(rule);
      return { arn: rule.arn };
    },
    putTarget: ({ Rule: name, EventBusName, Target: target }) =>
      buses.putTarget(buses.rule(name, EventBusName), target),
    publish: (event) => publishOn("default", event),
    stop,
  };
}

function scheduledEvent({ arn }: Rule): EventContent {
  return { source: "aws.events", detailType: "Scheduled Event", detail: {}, resources: [arn] };
}
