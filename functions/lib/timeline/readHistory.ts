import {
  ExecutionDoesNotExist,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  type SFNClient,
} from "@aws-sdk/client-sfn";

/** What has happened in a job's executions, as far as it can be read. */
export interface JobHistory {
  /** Oldest first. */
  readonly events: readonly HistoryEvent[];
  /** Set when Step Functions has forgotten an execution: 90 days after its end. */
  readonly forgotten: boolean;
  /** Set when there is more than one request reads; what is missing is the oldest. */
  readonly cut: boolean;
}

/** The most pages that a request reads, each with up to a thousand events: the answer must come within 29 seconds. */
const mostPages = 5;
const pageSize = 1_000;

/**
 * Reads histories, newest events first, until there is no more or it is enough.
 * @param executionArns the newest execution last
 * @throws ThrottlingException when Step Functions is asked too often
 */
export async function readHistory(
  workflows: SFNClient,
  executionArns: readonly string[],
): Promise<JobHistory> {
  const newestFirst: HistoryEvent[] = [];
  let [pages, forgotten] = [0, false];
  for (const executionArn of [...executionArns].reverse()) {
    let nextToken: string | undefined;
    do {
      if (pages === mostPages) return { events: newestFirst.reverse(), forgotten, cut: true };
      const page = await readPage(workflows, executionArn, nextToken);
      forgotten ||= page === undefined;
      newestFirst.push(...(page?.events ?? []));
      nextToken = page?.nextToken;
      pages += 1;
    } while (nextToken !== undefined);
  }
  return { events: newestFirst.reverse(), forgotten, cut: false };
}

/** Without inputs and outputs, which may be 256 KB each. */
async function readPage(workflows: SFNClient, executionArn: string, nextToken: string | undefined) {
  try {
    return await workflows.send(
      new GetExecutionHistoryCommand({
        ...{ executionArn, nextToken, maxResults: pageSize },
        ...{ reverseOrder: true, includeExecutionData: false },
      }),
    );
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return undefined;
    throw error;
  }
}

/** The executions that a job has had, the first one first: begun anew, it has another, `<jobId>-r1` and so on. */
export function executionsOf(executionArn: string): string[] {
  const [, first, count] = /^(.*)-r(\d+)$/.exec(executionArn) ?? [];
  if (first === undefined || count === undefined) return [executionArn];
  return [first, ...Array.from({ length: Number(count) }, (_, index) => `${first}-r${index + 1}`)];
}
