import type { Account } from "../../account";
import type { JsonObject } from "../jsonProtocol";
import { AwsError } from "../service";
import { InvalidEventPatternException, validateEventPattern } from "./eventPattern";
import { validation } from "./putEvents";
import { readRate } from "./schedule";
import { checkTarget, type Target } from "./target";

export interface PutRuleInput {
  readonly Name: string;
  /** The name or the ARN of a bus. @default "default" */
  readonly EventBusName?: string;
  /** JSON. */
  readonly EventPattern?: string;
  /** For example `rate(5 minutes)`. */
  readonly ScheduleExpression?: string;
  readonly State?: string;
  readonly Description?: string;
}

export interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly busName: string;
  readonly patternText: string | undefined;
  readonly pattern: JsonObject | undefined;
  readonly schedule: string | undefined;
  readonly description: string | undefined;
  enabled: boolean;
  readonly targets: Map<string, Target>;
}

export interface Bus {
  readonly name: string;
  readonly arn: string;
  readonly rules: Map<string, Rule>;
}

/** Buses and rules as they are saved. */
export interface SavedBuses {
  readonly buses: readonly Bus[];
  /** The ARNs of rules that the program made. */
  readonly declared: ReadonlySet<string>;
}

const mostTargets = 5;

/** The event buses of the account and their rules. */
export class Buses {
  readonly #buses = new Map<string, Bus>();
  /** The ARNs of the program's rules. */
  readonly #declared = new Set<string>();

  constructor(private readonly account: Account) {
    this.create("default");
  }

  /** @throws AwsError for a name that no bus can have, or that one has */
  create(name: string): Bus {
    if (!/^[\w./-]{1,256}$/.test(name)) throw validation(`EventBus name ${name} is not valid.`);
    if (this.#buses.has(name)) {
      throw new AwsError("ResourceAlreadyExistsException", `Event bus ${name} already exists.`);
    }
    const bus: Bus = { name, arn: this.#arn(`event-bus/${name}`), rules: new Map() };
    this.#buses.set(name, bus);
    return bus;
  }

  save(): SavedBuses {
    return { buses: this.all(), declared: this.#declared };
  }

  /** Brings back what people made, and not what the program no longer has. @returns the rules that came back */
  restore({ buses, declared }: SavedBuses): Rule[] {
    const restored: Rule[] = [];
    for (const saved of buses) {
      const bus = this.#buses.get(saved.name) ?? { ...saved, rules: new Map<string, Rule>() };
      this.#buses.set(bus.name, bus);
      for (const rule of saved.rules.values()) {
        if (declared.has(rule.arn) || bus.rules.has(rule.name)) continue;
        bus.rules.set(rule.name, rule);
        restored.push(rule);
      }
    }
    return restored;
  }

  /** Notes that the program made a rule. */
  declare({ arn }: Rule): void {
    this.#declared.add(arn);
  }

  all(): Bus[] {
    return [...this.#buses.values()];
  }

  find(nameOrArn: string): Bus | undefined {
    return this.#buses.get(busNameOf(nameOrArn));
  }

  /** @throws AwsError `ResourceNotFoundException` */
  bus(nameOrArn: unknown = "default"): Bus {
    const bus = this.find(String(nameOrArn));
    if (!bus) {
      const name = busNameOf(String(nameOrArn));
      throw new AwsError("ResourceNotFoundException", `Event bus ${name} does not exist.`);
    }
    return bus;
  }

  /** @throws AwsError `ResourceNotFoundException` */
  rule(name: unknown, busName: unknown): Rule {
    const bus = this.bus(busName);
    const rule = bus.rules.get(String(name));
    if (rule) return rule;
    throw new AwsError(
      "ResourceNotFoundException",
      `Rule ${String(name)} does not exist on EventBus ${bus.name}.`,
    );
  }

  ruleArn(name: string, nameOrArn: string): string {
    const busName = busNameOf(nameOrArn);
    return this.#arn(busName === "default" ? `rule/${name}` : `rule/${busName}/${name}`);
  }

  busArn(nameOrArn: string): string {
    return nameOrArn.startsWith("arn:") ? nameOrArn : this.#arn(`event-bus/${nameOrArn}`);
  }

  /**
   * Creates a rule, or replaces all of it but its targets.
   * @throws AwsError for a pattern or a schedule that EventBridge would refuse
   */
  putRule(input: PutRuleInput): Rule {
    const bus = this.bus(input.EventBusName);
    if (!/^[.\w-]{1,64}$/.test(input.Name)) throw validation(`Rule name ${input.Name} is not valid.`);
    checkTrigger(input, bus);
    const rule: Rule = {
      name: input.Name,
      arn: this.ruleArn(input.Name, bus.name),
      busName: bus.name,
      patternText: input.EventPattern,
      pattern: input.EventPattern === undefined ? undefined : readPattern(input.EventPattern),
      schedule: input.ScheduleExpression,
      description: input.Description,
      enabled: input.State !== "DISABLED",
      targets: bus.rules.get(input.Name)?.targets ?? new Map<string, Target>(),
    };
    bus.rules.set(rule.name, rule);
    return rule;
  }

  /** @throws AwsError for a target that EventBridge, or the local cloud, does not have, and beyond five */
  putTarget(rule: Rule, target: Target): void {
    checkTarget(target);
    if (!rule.targets.has(target.Id) && rule.targets.size >= mostTargets) {
      throw new AwsError(
        "LimitExceededException",
        "The requested resource exceeds the maximum number allowed.",
      );
    }
    rule.targets.set(target.Id, target);
  }

  #arn(resource: string): string {
    const { partition, region, accountId } = this.account;
    return `arn:${partition}:events:${region}:${accountId}:${resource}`;
  }
}

function busNameOf(nameOrArn: string): string {
  return nameOrArn.replace(/^arn:.*:event-bus\//, "");
}

function checkTrigger({ EventPattern, ScheduleExpression }: PutRuleInput, bus: Bus): void {
  if (EventPattern === undefined && ScheduleExpression === undefined) {
    throw validation("Parameter(s) EventPattern or ScheduleExpression must be specified.");
  }
  if (ScheduleExpression === undefined) return;
  if (bus.name !== "default")
    throw validation("ScheduleExpression is supported only on the default event bus.");
  readRate(ScheduleExpression);
}

/** @throws InvalidEventPatternException */
export function readPattern(text: string): JsonObject {
  try {
    const pattern: unknown = JSON.parse(text);
    if (typeof pattern !== "object" || pattern === null || Array.isArray(pattern)) {
      throw new InvalidEventPatternException("Filter is not an object");
    }
    validateEventPattern(pattern as JsonObject);
    return pattern as JsonObject;
  } catch (error) {
    if (error instanceof SyntaxError) throw new InvalidEventPatternException(error.message);
    throw error;
  }
}
