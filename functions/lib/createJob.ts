import {
  ConditionalCheckFailedException,
  PutItemCommand,
  type DynamoDBClient,
} from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { JobRecord } from "./job";

/** Records a new job. Answers whether it is new: a repeated event finds its job recorded, and nothing has happened. */
export async function createJob(client: DynamoDBClient, tableName: string, job: JobRecord): Promise<boolean> {
  try {
    await client.send(
      new PutItemCommand({
        TableName: tableName,
        Item: marshall(job),
        ConditionExpression: "attribute_not_exists(jobId)",
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
