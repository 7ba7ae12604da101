import { asynchronousDestinations, checkDestination } from "./destinations";
import { checkRange } from "./functionInput";

/** What becomes of events that fail, and where the outcome is told. */
export interface AsynchronousConfigInput {
  /** 0 to 2. @default 2 */
  readonly maximumRetryAttempts?: number;
  /** 60 to 21,600. @default 21600 */
  readonly maximumEventAgeSeconds?: number;
  readonly onFailureArn?: string;
  readonly onSuccessArn?: string;
}

export type AsynchronousConfig = AsynchronousConfigInput &
  Required<Pick<AsynchronousConfigInput, "maximumRetryAttempts" | "maximumEventAgeSeconds">>;

/** @throws AwsError where PutFunctionEventInvokeConfig would refuse the input */
export function asynchronousConfig(input: AsynchronousConfigInput): AsynchronousConfig {
  const config = { maximumRetryAttempts: 2, maximumEventAgeSeconds: 21_600, ...input };
  checkRange(config.maximumRetryAttempts, "maximumRetryAttempts", 0, 2);
  checkRange(config.maximumEventAgeSeconds, "maximumEventAgeInSeconds", 60, 21_600);
  for (const arn of [config.onFailureArn, config.onSuccessArn]) {
    if (arn !== undefined) checkDestination(arn, asynchronousDestinations);
  }
  return config;
}
