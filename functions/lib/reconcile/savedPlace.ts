import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { changeJob, readJob } from "../jobsTable";
import type { Place } from "./openJobs";

/**
 * The item of the jobs table that says where an invocation had to stop. It has no status, so it is in no index and no
 * reader of the stream takes it for a job; and no job, nor any request for one, can have its id.
 */
const placeId = "#reconcile";

/** Where the next invocation goes on; nothing when the last one came to the end. */
export async function readPlace(client: DynamoDBClient, tableName: string): Promise<Place | undefined> {
  const item = await readJob(client, tableName, placeId);
  return (item as { readonly place?: Place | null } | undefined)?.place ?? undefined;
}

/** Remembers where to go on; or, without a place, that everything was looked at. */
export async function savePlace(client: DynamoDBClient, tableName: string, place?: Place): Promise<void> {
  await changeJob(client, tableName, placeId, {
    update: "SET place = :place",
    condition: "attribute_not_exists(#status)",
    values: { ":place": place ?? null },
  });
}
