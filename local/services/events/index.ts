import { jsonService } from "../jsonProtocol";
import type { Authorize } from "../../endpoint/authorize";
import type { Service } from "../service";
import type { Stateful } from "../../data/stateful";
import type { SavedArchive } from "./archive";
import { archiveKeys } from "./archiveKey";
import { archiveOperations, createArchive, eventMembers, type CreateArchiveInput } from "./archiveOperations";
import { Archives } from "./archives";
import { BusDelivery } from "./busDelivery";
import { envelopeOf, type EventContent, type EventEnvelope } from "./eventEnvelope";
import { eventOperations } from "./eventOperations";
import { replayOperations } from "./replayOperations";
import type { SavedReplay } from "./replay";
import { Replays } from "./replays";
import { Buses, type PutRuleInput, type Rule, type SavedBuses } from "./rules";
import { readRate, Timetable, type SavedTimes } from "./schedule";
import type { Target } from "./target";
import { TargetDelivery, type TargetDeliveryOptions } from "./targetDelivery";

export type { CreateArchiveInput } from "./archiveOperations";
export type { EventEnvelope } from "./eventEnvelope";
export type { PutRuleInput } from "./rules";
export type { InputTransformer, Target } from "./target";

export interface EventsOptions extends TargetDeliveryOptions {
  /** Asked whether EventBridge may use the keys of archives. @default it may */
  readonly authorize?: Authorize;
}

export interface PutTargetInput {
  readonly Rule: string;
  /** @default "default" */
  readonly EventBusName?: string;
  readonly Target: Target;
}

/** Amazon EventBridge: buses, rules, schedules and targets, archives and replays. */
export interface Events extends Stateful {
  readonly service: Service;
  /** @throws AwsError as CreateEventBus does */
  createBus(name: string): { arn: string };
  /** @throws AwsError as CreateArchive does */
  createArchive(input: CreateArchiveInput): Promise<{ arn: string }>;
  /** @throws AwsError as PutRule does */
  putRule(input: PutRuleInput): { arn: string };
  /** @throws AwsError as PutTargets does */
  putTarget(input: PutTargetInput): void;
  /** An event of an AWS service, onto the default bus. */
  publish(event: EventEnvelope): void;
  stop(): Promise<void>;
}

/** Everything of EventBridge that outlives a restart. */
interface SavedEvents {
  readonly buses: SavedBuses;
  readonly archives: readonly SavedArchive[];
  readonly replays: readonly SavedReplay[];
  readonly times: SavedTimes;
  readonly undelivered: ReturnType<TargetDelivery["save"]>;
}

export function createEvents(options: EventsOptions): Events {
  const { account, clock } = options;
  const buses = new Buses(account);
  const targets = new TargetDelivery(options);
  const delivery = new BusDelivery(targets);
  const timetable = new Timetable(clock);
  const useKey = archiveKeys(options.authorize);
  const archives = new Archives({ ...options, useKey });
  const replays = new Replays({ account, clock, archives, buses, useKey, delivery });
  const publishOn = (busName: string, event: EventEnvelope) => {
    const bus = buses.bus(busName);
    void archives.keep(bus, event);
    delivery.deliver(bus, event);
  };
  const schedule = (rule: Rule) => {
    if (!rule.enabled || rule.schedule === undefined) return timetable.cancel(rule.arn);
    timetable.every(readRate(rule.schedule), rule.arn, () =>
      delivery.deliverTo(rule, envelopeOf(scheduledEvent(rule), account, clock.now())),
    );
  };

  const operations = {
    ...eventOperations({ ...options, buses, publishOn, schedule }),
    ...archiveOperations(archives, buses),
    ...replayOperations(replays),
  };
  const stop = async () => {
    timetable.stop();
    replays.stop();
    await targets.stop();
  };
  return {
    service: { ...jsonService({ targetPrefix: "AWSEvents", version: "1.1", operations }), stop },
    createBus: (name) => ({ arn: buses.create(name).arn }),
    async createArchive(input) {
      const { identity } = await createArchive(eventMembers({ ...input }), archives, buses);
      return { arn: identity.arn };
    },
    putRule(input) {
      const rule = buses.putRule(input);
      buses.declare(rule);
      schedule(rule);
      return { arn: rule.arn };
    },
    putTarget: ({ Rule: name, EventBusName, Target: target }) =>
      buses.putTarget(buses.rule(name, EventBusName), target),
    save: (): SavedEvents => ({
      buses: buses.save(),
      archives: archives.all().map((archive) => archive.save()),
      replays: replays.save(),
      times: timetable.save(),
      undelivered: targets.save(),
    }),
    restore(state) {
      const saved = state as SavedEvents;
      buses.restore(saved.buses).forEach(schedule);
      archives.restore(saved.archives, buses);
      replays.restore(saved.replays);
      timetable.restore(saved.times);
      targets.restore(saved.undelivered);
    },
    publish: (event) => publishOn("default", event),
    stop,
  };
}

function scheduledEvent({ arn }: Rule): EventContent {
  return { source: "aws.events", detailType: "Scheduled Event", detail: {}, resources: [arn] };
}
