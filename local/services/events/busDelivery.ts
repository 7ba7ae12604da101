import type { EventEnvelope } from "./eventEnvelope";
import { matchesEventPattern } from "./eventPattern";
import type { Bus, Rule } from "./rules";
import type { TargetDelivery } from "./targetDelivery";

/** Brings the events of a bus to the targets of its rules. */
export class BusDelivery {
  constructor(private readonly targets: Pick<TargetDelivery, "deliver">) {}

  /** @param ruleArns the only rules that get it. @default all whose patterns match */
  deliver(bus: Bus, event: EventEnvelope, ruleArns?: readonly string[]): void {
    for (const rule of bus.rules.values()) {
      const asked = ruleArns?.includes(rule.arn) ?? true;
      if (asked && rule.enabled && rule.pattern && matchesEventPattern(rule.pattern, { ...event })) {
        this.deliverTo(rule, event);
      }
    }
  }

  deliverTo(rule: Rule, event: EventEnvelope): void {
    for (const target of rule.targets.values()) this.targets.deliver(rule, target, event);
  }
}
