import { QueryCommand, type DynamoDBClient, type QueryCommandOutput } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { Position } from "./cursor";
import type { JobRecord } from "./job";

/** What a list says of a job: nothing that can be large. */
export type JobSummary = Pick<
  JobRecord,
  "jobId" | "process" | "client" | "status" | "source" | "requestedBy" | "createdAt" | "updatedAt"
>;

const attributes: readonly (keyof JobSummary)[] = [
  "jobId",
  "process",
  "client",
  "status",
  "source",
  "requestedBy",
  "createdAt",
  "updatedAt",
];

/** All jobs of one process or one status: a part of one of the table's indexes. */
export interface IndexPart {
  readonly attribute: "process" | "status";
  readonly text: string;
}

export interface IndexRequest {
  readonly tableName: string;
  /** How many jobs to read at a time. */
  readonly pageSize: number;
  /** Read what comes after it. */
  readonly after?: Position | undefined;
}

/** Whether a job comes after a position: it is older, or of the same millisecond and its id is smaller. */
export function comesAfter(job: Position, position: Position): boolean {
  if (job.createdAt !== position.createdAt) return job.createdAt < position.createdAt;
  return job.jobId < position.jobId;
}

/** The jobs of a part in the order of positions. Indexes follow the table within moments. */
export async function* jobsInPart(
  client: DynamoDBClient,
  part: IndexPart,
  request: IndexRequest,
): AsyncGenerator<JobSummary, void> {
  // An index says nothing of the order within a millisecond: what has the same one is put in order here.
  let together: JobSummary[] = [];
  for await (const job of readIndex(client, part, request)) {
    if (together[0] && together[0].createdAt !== job.createdAt) {
      yield* inOrder(together);
      together = [];
    }
    if (!request.after || comesAfter(job, request.after)) together.push(job);
  }
  yield* inOrder(together);
}

/** The jobs of several parts in the order of positions. One that has just gone from part to part may come twice. */
export async function* merged(
  parts: readonly AsyncGenerator<JobSummary, void>[],
): AsyncGenerator<JobSummary, void> {
  let heads = (await Promise.all(parts.map(headOf))).flat();
  for (;;) {
    const newest = newestOf(heads);
    if (!newest) return;
    yield newest.job;
    const next = await headOf(newest.part);
    heads = heads.flatMap((head) => (head === newest ? next : [head]));
  }
}

interface Head {
  readonly part: AsyncGenerator<JobSummary, void>;
  readonly job: JobSummary;
}

/** What comes next in a part; nothing at its end. */
async function headOf(part: AsyncGenerator<JobSummary, void>): Promise<Head[]> {
  const next = await part.next();
  return next.done ? [] : [{ part, job: next.value }];
}

function newestOf(heads: readonly Head[]): Head | undefined {
  const [first, ...others] = heads;
  if (!first) return undefined;
  return others.reduce((newest, head) => (comesAfter(newest.job, head.job) ? head : newest), first);
}

function inOrder(jobs: readonly JobSummary[]): JobSummary[] {
  return [...jobs].sort((one, other) => (comesAfter(one, other) ? 1 : -1));
}

async function* readIndex(
  client: DynamoDBClient,
  { attribute, text }: IndexPart,
  { tableName, pageSize, after }: IndexRequest,
): AsyncGenerator<JobSummary, void> {
  const names = Object.fromEntries(attributes.map((name) => [`#${name}`, name]));
  const query = {
    TableName: tableName,
    IndexName: `by-${attribute}`,
    KeyConditionExpression: `#${attribute} = :text${after ? " AND #createdAt <= :newest" : ""}`,
    ProjectionExpression: Object.keys(names).join(", "),
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: {
      ":text": { S: text },
      ...(after ? { ":newest": { S: after.createdAt } } : {}),
    },
    ScanIndexForward: false,
    Limit: pageSize,
  };
  let page: QueryCommandOutput | undefined;
  do {
    page = await client.send(new QueryCommand({ ...query, ExclusiveStartKey: page?.LastEvaluatedKey }));
    for (const item of page.Items ?? []) yield unmarshall(item) as JobSummary;
  } while (page.LastEvaluatedKey);
}
