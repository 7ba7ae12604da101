import {
  ConditionalCheckFailedException,
  GetItemCommand,
  UpdateItemCommand,
  type DynamoDBClient,
} from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import type { JobRecord } from "./job";

/** A change of one job: DynamoDB expressions, with plain values. */
export interface JobChange {
  readonly update: string;
  readonly condition: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Reads a job as it is now. */
export async function readJob(
  client: DynamoDBClient,
  tableName: string,
  jobId: string,
): Promise<JobRecord | undefined> {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: tableName, Key: { jobId: { S: jobId } }, ConsistentRead: true }),
  );
  return Item && (unmarshall(Item) as JobRecord);
}

/**
 * Changes a job if its condition holds; `status` may be used as `#status` without naming it.
 * Answers whether it held: a late or repeated event finds that it does not, and nothing has happened.
 */
export async function changeJob(
  client: DynamoDBClient,
  tableName: string,
  jobId: string,
  change: JobChange,
): Promise<boolean> {
  try {
    await client.send(
      new UpdateItemCommand({
        TableName: tableName,
        Key: { jobId: { S: jobId } },
        UpdateExpression: change.update,
        ConditionExpression: change.condition,
        ExpressionAttributeNames: { "#status": "status", ...change.names },
        ExpressionAttributeValues: marshall(change.values, { removeUndefinedValues: true }),
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
