import type { JobRecord } from "./job";

/** Which jobs a caller sees: those it asked for, or all. */
export type Visibility = "own" | "all";

/** Who sees what. */
export interface Sight {
  readonly visibility: Visibility;
  /** The ARNs of the IAM roles and users that see all jobs, whatever others see. */
  readonly operatorArns: readonly string[];
}

/**
 * Whether a caller sees a job. What an alarm, a webhook or a submission to the queue has started belongs to no caller,
 * and is seen by each. The sessions of a role see each other's jobs.
 * @param userArn the caller's, as API Gateway knows it
 */
export function maySee(
  sight: Sight,
  userArn: string | null,
  { source, requestedBy }: Pick<JobRecord, "source" | "requestedBy">,
): boolean {
  if (seesAll(sight, userArn) || source !== "api") return true;
  return userArn !== null && principalOf(userArn) === principalOf(requestedBy);
}

/** Whether there is no job that a caller does not see. */
export function seesAll({ visibility, operatorArns }: Sight, userArn: string | null): boolean {
  if (visibility === "all") return true;
  return userArn !== null && operatorArns.some((arn) => principalOf(arn) === principalOf(userArn));
}

/**
 * Who it is, whichever session: of `arn:aws:sts::…:assumed-role/ROLE/SESSION` and of `arn:aws:iam::…:role/PATH/ROLE` the
 * role, whose name is used once in an account, whatever its path. A session does not say the path.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
 */
function principalOf(arn: string): string {
  return arn
    .replace(/^(arn:[^:]*):sts::(\d*):assumed-role\/([^/]+)\/.*$/, "$1:iam::$2:role/$3")
    .replace(/^(arn:[^:]*:iam::\d*:role\/).*\/([^/]+)$/, "$1$2");
}
