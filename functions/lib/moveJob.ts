import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { JobStatus } from "./job";
import { changeJob } from "./jobsTable";
import { conditionOf, leadsTo, type StatusAfter, type TransitionName } from "./transitions";

/** A change of a job's status, and of what changes with it: DynamoDB expressions, with plain values. */
export interface JobMove<Name extends TransitionName> {
  readonly by: Name;
  readonly to: StatusAfter<Name>;
  /** What is set beside the status, without `SET`. */
  readonly set: string;
  /** What is removed, without `REMOVE`. */
  readonly remove?: string;
  /** What must hold beside the transition's own condition; what has an OR, in parentheses (DynamoDB refuses double ones). */
  readonly condition?: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * Changes the status of a job, if the table of transitions allows it from where the job is. Answers whether it did.
 * @throws when the transition does not lead there at all
 */
export function moveJob<Name extends TransitionName>(
  client: DynamoDBClient,
  tableName: string,
  jobId: string,
  move: JobMove<Name>,
): Promise<boolean> {
  const { by, set, remove, condition, names, values } = move;
  const allowed = conditionOf(by);
  return changeJob(client, tableName, jobId, {
    update: `SET #status = :to, ${set}${remove === undefined ? "" : ` REMOVE ${remove}`}`,
    condition: condition === undefined ? allowed.condition : `${allowed.condition} AND ${condition}`,
    ...(names === undefined ? {} : { names }),
    values: { ...allowed.values, ...values, ":to": checkedTarget(by, move.to) },
  });
}

function checkedTarget(by: TransitionName, to: JobStatus): JobStatus {
  if (leadsTo(by, to)) return to;
  throw new Error(`the transition "${by}" does not lead to ${to}: see functions/lib/transitions.ts`);
}
