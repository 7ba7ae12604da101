import { readTemplate } from "./inputTransformer";
import { readPath } from "./jsonPath";
import { validation } from "./putEvents";

/** A target of a rule, in the shape that PutTargets has. */
export interface Target {
  readonly Id: string;
  readonly Arn: string;
  /** Who starts a state machine. */
  readonly RoleArn?: string;
  /** JSON that is sent instead of the event. */
  readonly Input?: string;
  /** The part of the event that is sent, for example `$.detail`. */
  readonly InputPath?: string;
  readonly InputTransformer?: InputTransformer;
  readonly RetryPolicy?: {
    readonly MaximumRetryAttempts?: number;
    readonly MaximumEventAgeInSeconds?: number;
  };
  readonly DeadLetterConfig?: { readonly Arn?: string };
  readonly SqsParameters?: { readonly MessageGroupId: string };
}

export interface InputTransformer {
  /** Names of values and where they are in the event. */
  readonly InputPathsMap?: Readonly<Record<string, string>>;
  /** Text in which `<name>` stands for a value. */
  readonly InputTemplate: string;
}

export type TargetKind = "lambda" | "sqs" | "sns" | "states";

const kinds: readonly TargetKind[] = ["lambda", "sqs", "sns", "states"];

export function kindOf({ Arn }: Pick<Target, "Arn">): TargetKind | undefined {
  const service = Arn.split(":")[2];
  return kinds.find((kind) => kind === service);
}

/**
 * Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html
 * @throws AwsError for a target that EventBridge would refuse, or that the local cloud does not have
 */
export function checkTarget(target: Target): void {
  if (!/^[.\w-]{1,64}$/.test(target.Id)) throw validation(`Target id ${target.Id} is not valid.`);
  const kind = kindOf(target);
  if (!kind) throw validation(`the local cloud has targets in ${kinds.join(", ")} only: ${target.Arn}`);
  if (kind === "states" && target.RoleArn === undefined) {
    throw validation(`RoleArn is required for target ${target.Arn}.`);
  }
  const inputs = [target.Input, target.InputPath, target.InputTransformer];
  if (inputs.filter((input) => input !== undefined).length > 1) {
    throw validation(
      `Only one of Input, InputPath, or InputTransformer must be provided for target ${target.Id}.`,
    );
  }
  checkInput(target);
}

function checkInput({ Id, Input, InputPath, InputTransformer }: Target): void {
  if (InputPath !== undefined) readPath(InputPath);
  if (InputTransformer !== undefined) readTemplate(InputTransformer);
  if (Input === undefined) return;
  try {
    JSON.parse(Input);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw validation(`JSON syntax error in input for target ${Id} : ${error.message}`);
  }
}
