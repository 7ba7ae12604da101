import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Position } from "./cursor";
import { jobStatuses } from "./job";
import { jobsInPart, merged, type IndexPart, type JobSummary } from "./jobIndex";
import type { JobFilter, ListRequest } from "./listRequest";

/** Some jobs of a list, and where the next ones begin if there are any. */
export interface JobPage {
  readonly jobs: readonly JobSummary[];
  readonly next?: Position;
}

/** How many jobs one request looks at: filters that fit few would keep it reading until it is cut off. */
export const mostLookedAt = 1_000;
/** How many jobs to read at a time when not all of them may fit. */
const searchSize = 100;

/**
 * A page of a list, newest first.
 * @param isSeen whether the caller may see a job; absent when it sees all
 */
export function readJobPage(
  client: DynamoDBClient,
  tableName: string,
  { filter, limit, after }: ListRequest,
  isSeen?: (job: JobSummary) => boolean,
): Promise<JobPage> {
  const isSearch = filter.client !== undefined || isSeen !== undefined || isTwofold(filter);
  // One more shows that there is a next page, and the one behind it that nothing else has the same time.
  const request = { tableName, after, pageSize: isSearch ? searchSize : limit + 2 };
  const parts = partsFor(filter).map((part) => jobsInPart(client, part, request));
  return takePage(merged(parts), limit, (job) => fits(filter, job) && (isSeen?.(job) ?? true));
}

/**
 * The first jobs that fit, and where to go on: only where there is another that fits, or the search was given up
 * before the end.
 */
export async function takePage(
  all: AsyncIterable<JobSummary>,
  limit: number,
  isWanted: (job: JobSummary) => boolean,
): Promise<JobPage> {
  const jobs: JobSummary[] = [];
  let last: JobSummary | undefined;
  let looked = 0;
  for await (const job of all) {
    // It has changed its status while it was read.
    if (last?.jobId === job.jobId) continue;
    const wanted = isWanted(job);
    if (last && (looked === mostLookedAt || (wanted && jobs.length === limit))) return { jobs, next: last };
    if (wanted) jobs.push(job);
    last = job;
    looked += 1;
  }
  return { jobs };
}

/** A process is the smaller part: it has few jobs, where a status may have nearly all. */
function partsFor({ process, status }: JobFilter): IndexPart[] {
  if (process !== undefined) return [{ attribute: "process", text: process }];
  const statuses = status === undefined ? jobStatuses : [status];
  return statuses.map((text) => ({ attribute: "status", text }));
}

function isTwofold({ process, status }: JobFilter): boolean {
  return process !== undefined && status !== undefined;
}

function fits({ process, status, client }: JobFilter, job: JobSummary): boolean {
  return (
    (process === undefined || job.process === process) &&
    (status === undefined || job.status === status) &&
    (client === undefined || job.client === client)
  );
}
