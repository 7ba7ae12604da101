import type { AlarmAction } from "./services/cloudwatch";
import type { Dispatch } from "./services/internalClient";
import type { Lambda } from "./services/lambda";
import { publishToTopic } from "./services/messaging/publishToTopic";

/**
 * Carries out the actions of alarms in CloudWatch's name.
 * @throws AwsError when the function or the topic is not there, or does not let CloudWatch in
 */
export function alarmActions(
  dispatch: Dispatch,
  lambda: Pick<Lambda, "invokeAsync">,
): (action: AlarmAction) => Promise<void> {
  return async (action) => {
    const { principal } = action;
    if (action.kind === "invoke") return lambda.invokeAsync(action.functionArn, action.event, principal);
    const message = { Subject: action.subject, Message: action.message };
    return publishToTopic(dispatch, principal, action.topicArn, message);
  };
}
