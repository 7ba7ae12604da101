import { randomUUID } from "node:crypto";
import type { Account } from "../../account";
import type { Clock } from "../../clock";
import type { RolePrincipal, ServicePrincipal } from "../../iam/principal";
import type { Log } from "../../log";
import { callJson, type Dispatch } from "../internalClient";
import { Deliveries, type Undelivered } from "../messaging/delivery";
import { publishToTopic } from "../messaging/publishToTopic";
import { sendToQueue } from "../messaging/sendToQueue";
import { AwsError, isTransient } from "../service";
import type { EventEnvelope } from "./eventEnvelope";
import { targetInput } from "./inputTransformer";
import type { Rule } from "./rules";
import { kindOf, type Target } from "./target";

export interface TargetDeliveryOptions {
  readonly account: Account;
  readonly clock: Clock;
  readonly log: Log;
  readonly dispatch: Dispatch;
  /**
   * Invokes a function asynchronously, as `Event` invocations are.
   * @throws AwsError when the invocation is not accepted
   */
  readonly invokeAsync: (functionArn: string, event: unknown, principal: ServicePrincipal) => Promise<void>;
}

/** An event on its way to a target. */
interface TargetEvent {
  readonly rule: Pick<Rule, "name" | "arn">;
  readonly target: Target;
  readonly event: EventEnvelope;
  readonly input: string;
  readonly deliveryId: string;
  /** When it is given up, in milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Of EventBridge: 185 retries within a day. */
const defaultRetries = 185;
const defaultAge = 86_400;

/** In milliseconds. */
const longestDelay = 600_000;

/**
 * Brings events to the targets of rules, again and again if need be, and at last to the dead-letter queue.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
export class TargetDelivery {
  readonly #deliveries: Deliveries<TargetEvent>;

  constructor(private readonly options: TargetDeliveryOptions) {
    this.#deliveries = new Deliveries(options.clock, options.log, {
      describe: ({ event, rule, target }) =>
        `events: event ${event.id} of rule ${rule.name} to ${target.Arn}`,
      send: (targetEvent) => this.#send(targetEvent),
      retryAfter: (targetEvent, failures, error) => this.#retryAfter(targetEvent, failures, error),
      abandon: (targetEvent, error, failures) =>
        this.#sendToDeadLetterQueue(targetEvent, error, failures - 1),
    });
  }

  deliver(rule: Rule, target: Target, event: EventEnvelope): void {
    const input = targetInput(target, rule, event);
    const { MaximumEventAgeInSeconds = defaultAge } = target.RetryPolicy ?? {};
    const expiresAt = this.options.clock.now() + MaximumEventAgeInSeconds * 1000;
    const { name, arn } = rule;
    this.#deliveries.start({
      ...{ target, event, input, expiresAt },
      rule: { name, arn },
      deliveryId: randomUUID(),
    });
  }

  save(): readonly Undelivered<TargetEvent>[] {
    return this.#deliveries.save();
  }

  restore(undelivered: readonly Undelivered<TargetEvent>[]): void {
    this.#deliveries.restore(undelivered);
  }

  stop(): Promise<void> {
    return this.#deliveries.stop();
  }

  #retryAfter({ target, expiresAt }: TargetEvent, failures: number, error: unknown): number | undefined {
    const { MaximumRetryAttempts = defaultRetries } = target.RetryPolicy ?? {};
    const delay = Math.min(1000 * 2 ** (failures - 1), longestDelay);
    const tooLate = this.options.clock.now() + delay > expiresAt;
    return isPermanent(error) || failures > MaximumRetryAttempts || tooLate ? undefined : delay;
  }

  async #send(targetEvent: TargetEvent): Promise<void> {
    const { target, input, rule } = targetEvent;
    const principal = principalOf(rule);
    switch (kindOf(target)) {
      case "lambda":
        return this.options.invokeAsync(target.Arn, parseInput(input), principal);
      case "sqs":
        return sendToQueue(this.options.dispatch, principal, target.Arn, {
          MessageBody: input,
          ...target.SqsParameters,
        });
      case "sns":
        return publishToTopic(this.options.dispatch, principal, target.Arn, { Message: input });
      case "states":
        return this.#startExecution(targetEvent);
      case undefined:
        throw new AwsError("UnsupportedTarget", `the local cloud has no target ${target.Arn}`);
    }
  }

  /** The name is the delivery's: a second attempt does not start a second execution. */
  async #startExecution({ target, input, event, deliveryId }: TargetEvent): Promise<void> {
    await callJson(
      this.options.dispatch,
      this.#rolePrincipal(target),
      "states",
      "AWSStepFunctions.StartExecution",
      {
        stateMachineArn: target.Arn,
        name: `${event.id}_${deliveryId}`,
        input,
      },
    );
  }

  #rolePrincipal({ RoleArn: roleArn = "" }: Target): RolePrincipal {
    const name = roleArn.slice(roleArn.lastIndexOf("/") + 1);
    const { partition, accountId } = this.options.account;
    return {
      kind: "role",
      roleArn,
      arn: `arn:${partition}:sts::${accountId}:assumed-role/${name}/EventBridge`,
    };
  }

  async #sendToDeadLetterQueue(
    { rule, target, event }: TargetEvent,
    error: unknown,
    retries: number,
  ): Promise<void> {
    const queueArn = target.DeadLetterConfig?.Arn;
    if (queueArn === undefined) return;
    const attributes = {
      RULE_ARN: rule.arn,
      TARGET_ARN: target.Arn,
      ERROR_CODE: error instanceof AwsError ? error.code : "SDK_CLIENT_ERROR",
      ERROR_MESSAGE: error instanceof Error ? error.message : String(error),
      ...(isPermanent(error) ? {} : { EXHAUSTED_RETRY_CONDITION: "MaximumRetryAttempts" }),
      RETRY_ATTEMPTS: String(retries),
    };
    const entries = Object.entries(attributes).filter(([, value]) => value !== "");
    await sendToQueue(this.options.dispatch, principalOf(rule), queueArn, {
      MessageBody: JSON.stringify(event),
      MessageAttributes: Object.fromEntries(
        entries.map(([name, value]) => [name, { DataType: "String", StringValue: value }]),
      ),
    });
  }
}

function principalOf(rule: Pick<Rule, "arn">): ServicePrincipal {
  return { kind: "service", service: "events.amazonaws.com", sourceArn: rule.arn };
}

/** What is not allowed, or not there, is not tried again. */
function isPermanent(error: unknown): boolean {
  return !isTransient(error);
}

function parseInput(input: string): unknown {
  try {
    return JSON.parse(input) as unknown;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new AwsError("INVALID_JSON", `the input is not JSON: ${error.message}`);
  }
}
