import type { Account } from "../../account";
import type { ServicePrincipal } from "../../iam/principal";
import { alarmLambdaEvent, type AlarmLambdaEvent, type StateChange } from "./alarmEvent";
import { alarmMessage, type AlarmMessage } from "./alarmMessage";

/** What an alarm does when its state changes; whoever carries it out makes the call as `principal`. */
export type AlarmAction = PublishAction | InvokeAction;

/** Publish to an SNS topic. */
export interface PublishAction extends AlarmMessage {
  readonly kind: "publish";
  readonly topicArn: string;
  readonly principal: ServicePrincipal;
}

/** Invoke a Lambda function, asynchronously. */
export interface InvokeAction {
  readonly kind: "invoke";
  /** May name a version or an alias. */
  readonly functionArn: string;
  readonly event: AlarmLambdaEvent;
  readonly principal: ServicePrincipal;
}

/** The actions that the alarm has for its new state; none when they are switched off. */
export function actionsOf(change: StateChange, account: Account): readonly AlarmAction[] {
  const { alarm, state } = change;
  if (!alarm.actionsEnabled) return [];
  return alarm.actions[state.value].map((arn) => actionOf(arn, change, account));
}

function actionOf(arn: string, change: StateChange, account: Account): AlarmAction {
  const principal = (service: string): ServicePrincipal => ({
    kind: "service",
    service,
    sourceArn: change.alarm.arn,
  });
  if (arn.split(":")[2] === "lambda") {
    return {
      kind: "invoke",
      functionArn: arn,
      event: alarmLambdaEvent(change, account),
      principal: principal("lambda.alarms.cloudwatch.amazonaws.com"),
    };
  }
  return {
    kind: "publish",
    topicArn: arn,
    ...alarmMessage(change, account),
    principal: principal("cloudwatch.amazonaws.com"),
  };
}
