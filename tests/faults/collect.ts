import { ScanCommand, type AttributeValue } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { JobRecord } from "../../functions/lib/job";
import type { Output } from "./evidence";
import type { World } from "./world";

/** All jobs in the table, by id. */
export async function readRecords(world: World): Promise<Map<string, JobRecord>> {
  const records = new Map<string, JobRecord>();
  let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
  do {
    const ask = { TableName: world.output("jobsTable"), ConsistentRead: true };
    const page = await world.table.send(
      new ScanCommand({ ...ask, ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}) }),
    );
    for (const item of page.Items ?? []) {
      const record = unmarshall(item) as JobRecord;
      if ("status" in record) records.set(record.jobId, record);
    }
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return records;
}

/** All files in the bucket where outputs last. */
export async function readOutputs(world: World): Promise<Output[]> {
  const Bucket = world.output("egressBucket");
  const outputs: Output[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await world.s3.send(
      new ListObjectsV2Command({ Bucket, ...(ContinuationToken ? { ContinuationToken } : {}) }),
    );
    for (const { Key = "" } of page.Contents ?? []) {
      const { Body } = await world.s3.send(new GetObjectCommand({ Bucket, Key }));
      outputs.push({ key: Key, text: (await Body?.transformToString()) ?? "" });
    }
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken);
  return outputs;
}
