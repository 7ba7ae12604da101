import {
  ConditionalCheckFailedException,
  PutItemCommand,
  type DynamoDBClient,
} from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { JobRecord } from "./job";
import { conditionOf, leadsTo, type TransitionName } from "./transitions";

/** Records a new job. Answers whether it is new: a repeated event finds its job recorded, and nothing has happened. */
export async function createJob(
  client: DynamoDBClient,
  tableName: string,
  job: JobRecord,
  by: Extract<TransitionName, "submit" | "appear"> = "submit",
): Promise<boolean> {
  if (!leadsTo(by, job.status)) throw new Error(`the transition "${by}" does not lead to ${job.status}`);
  try {
    await client.send(
      new PutItemCommand({
        TableName: tableName,
        Item: marshall(job),
        ConditionExpression: conditionOf(by).condition,
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
