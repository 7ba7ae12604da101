import type { Adapters } from "./adapter";

interface RuleInputs {
  readonly eventPattern?: string;
  readonly scheduleExpression?: string;
  readonly eventBusName?: string;
}

interface TargetInputs {
  /** The rule's name. */
  readonly rule: string;
  readonly arn: string;
  readonly eventBusName?: string;
}

interface ArchiveInputs {
  readonly eventSourceArn: string;
  readonly eventPattern?: string;
  readonly retentionDays?: number;
  readonly kmsKeyIdentifier?: string;
}

export const eventsAdapters: Adapters = {
  "aws:cloudwatch/eventBus:EventBus": {
    inputs: [],
    withoutEffect: ["description"],
    create({ inputs, physicalName }, { events }) {
      const { arn } = events.createBus(physicalName);
      return { id: physicalName, state: { ...inputs, name: physicalName, arn } };
    },
  },
  "aws:cloudwatch/eventArchive:EventArchive": {
    inputs: ["eventSourceArn", "eventPattern", "retentionDays", "kmsKeyIdentifier"],
    withoutEffect: ["description"],
    async create({ inputs, physicalName }, { events }) {
      const { eventSourceArn, eventPattern, retentionDays, kmsKeyIdentifier } =
        inputs as unknown as ArchiveInputs;
      const { arn } = await events.createArchive({
        ArchiveName: physicalName,
        EventSourceArn: eventSourceArn,
        ...(eventPattern === undefined ? {} : { EventPattern: eventPattern }),
        ...(retentionDays === undefined ? {} : { RetentionDays: retentionDays }),
        ...(kmsKeyIdentifier === undefined ? {} : { KmsKeyIdentifier: kmsKeyIdentifier }),
      });
      return { id: physicalName, state: { ...inputs, name: physicalName, arn } };
    },
  },
  "aws:cloudwatch/eventRule:EventRule": {
    inputs: ["eventPattern", "scheduleExpression", "eventBusName"],
    withoutEffect: ["description"],
    create({ inputs, physicalName }, { events }) {
      const { eventPattern, scheduleExpression, eventBusName } = inputs as RuleInputs;
      const { arn } = events.putRule({
        Name: physicalName,
        ...(eventPattern === undefined ? {} : { EventPattern: eventPattern }),
        ...(scheduleExpression === undefined ? {} : { ScheduleExpression: scheduleExpression }),
        ...(eventBusName === undefined ? {} : { EventBusName: eventBusName }),
      });
      return { id: physicalName, state: { ...inputs, name: physicalName, arn } };
    },
  },
  "aws:cloudwatch/eventTarget:EventTarget": {
    inputs: ["rule", "arn", "eventBusName"],
    create({ inputs, physicalName }, { events }) {
      const { rule, arn, eventBusName } = inputs as unknown as TargetInputs;
      events.putTarget({
        Rule: rule,
        ...(eventBusName === undefined ? {} : { EventBusName: eventBusName }),
        Target: { Id: physicalName, Arn: arn },
      });
      return { id: physicalName, state: { ...inputs, targetId: physicalName } };
    },
  },
};
