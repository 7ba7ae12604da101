import type { JobRecord } from "./job";

/** Which jobs a caller sees: those it asked for, or all. */
export type Visibility = "own" | "all";

/**
 * Whether a caller sees a job. What an alarm, a webhook or a submission to the queue has started belongs to no caller,
 * and is seen by each. The sessions of a role see each other's jobs.
 * @param userArn the caller's, as API Gateway knows it
 */
export function maySee(
  visibility: Visibility,
  userArn: string | null,
  { source, requestedBy }: Pick<JobRecord, "source" | "requestedBy">,
): boolean {
  if (visibility === "all" || source !== "api") return true;
  return userArn !== null && withoutSession(userArn) === withoutSession(requestedBy);
}

/** `arn:aws:sts::…:assumed-role/ROLE/SESSION` without the session; other principals have none. */
function withoutSession(arn: string): string {
  return arn.replace(/^(arn:[^:]*:sts::\d*:assumed-role\/[^/]+)\/.*$/, "$1");
}
