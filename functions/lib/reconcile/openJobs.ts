import { QueryCommand, type AttributeValue, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { openStatuses, type OpenStatus } from "../job";
import { grace, type OpenJob } from "./reconcileServices";

/** Where to go on among the open jobs: in a part of the index, after a key if there is one. */
export interface Place {
  readonly status: OpenStatus;
  /** The job after which to go on: a key of the index and of the table. */
  readonly after?: Readonly<Record<string, string>>;
}

/** Some open jobs, oldest first, and where the next are if there are any. */
export interface OpenPage {
  readonly jobs: readonly OpenJob[];
  readonly next?: Place;
}

/** As many as AWS Batch describes at once. */
const pageSize = 100;

const attributes = ["jobId", "process", "status", "source", "createdAt", "updatedAt", "executionArn"];
const names = Object.fromEntries(attributes.map((name) => [`#${name}`, name]));

/** The open jobs from a place on, status by status, those that were created within the grace left out. */
export async function* openJobs(
  client: DynamoDBClient,
  tableName: string,
  now: number,
  from?: Place,
): AsyncGenerator<OpenPage, void> {
  for (let place: Place | undefined = from ?? { status: openStatuses[0] ?? "SUBMITTED" }; place;) {
    const page: OpenPage = await readPage(client, tableName, now, place);
    yield page;
    place = page.next;
  }
}

async function readPage(
  client: DynamoDBClient,
  TableName: string,
  now: number,
  place: Place,
): Promise<OpenPage> {
  const { status, after } = place;
  const { Items = [], LastEvaluatedKey } = await client.send(
    new QueryCommand({
      TableName,
      IndexName: "by-status",
      KeyConditionExpression: "#status = :status AND #createdAt <= :latest",
      ProjectionExpression: `${Object.keys(names).join(", ")}, handoff.deadline`,
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: {
        ":status": { S: status },
        ":latest": { S: new Date(now - grace).toISOString() },
      },
      ExclusiveStartKey: after && keyOf(after),
      Limit: pageSize,
    }),
  );
  const next = placeAfter(place, LastEvaluatedKey);
  return { jobs: Items.map((item) => unmarshall(item) as OpenJob), ...(next ? { next } : {}) };
}

function placeAfter({ status }: Place, last: Record<string, AttributeValue> | undefined): Place | undefined {
  if (last) return { status, after: unmarshall(last) as Record<string, string> };
  const following = openStatuses[openStatuses.indexOf(status) + 1];
  return following && { status: following };
}

function keyOf(after: Readonly<Record<string, string>>): Record<string, AttributeValue> {
  return Object.fromEntries(Object.entries(after).map(([name, text]) => [name, { S: text }]));
}
