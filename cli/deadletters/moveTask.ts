import { setTimeout as wait } from "node:timers/promises";
import {
  ListMessageMoveTasksCommand,
  StartMessageMoveTaskCommand,
  type ListMessageMoveTasksResultEntry,
  type SQSClient,
} from "@aws-sdk/client-sqs";

/** How all messages of a queue were moved. */
export interface Moved {
  readonly moved: number;
  /** Why it stopped before its end. */
  readonly failure?: string;
}

/** Between two looks at a task, in milliseconds. */
const pause = 500;

/**
 * Lets SQS move all messages of a dead-letter queue, and waits for the end of it.
 * The destination is named: without, SQS moves only what it put there itself.
 * @returns nothing where SQS cannot do it
 */
export async function moveAll(
  sqs: SQSClient,
  { sourceArn, destinationArn }: { readonly sourceArn: string; readonly destinationArn: string },
): Promise<Moved | undefined> {
  try {
    const task = { SourceArn: sourceArn, DestinationArn: destinationArn };
    await sqs.send(new StartMessageMoveTaskCommand(task));
  } catch (error) {
    if (isUnknownOperation(error)) return undefined;
    throw error;
  }
  for (;;) {
    const task = await latestTask(sqs, sourceArn);
    const moved = task.ApproximateNumberOfMessagesMoved ?? 0;
    if (task.Status === "COMPLETED") return { moved };
    if (task.Status !== "RUNNING") return { moved, failure: task.FailureReason ?? task.Status ?? "unknown" };
    await wait(pause);
  }
}

/** A queue has one task at a time; the latest comes first. */
async function latestTask(sqs: SQSClient, SourceArn: string): Promise<ListMessageMoveTasksResultEntry> {
  const { Results = [] } = await sqs.send(new ListMessageMoveTasksCommand({ SourceArn, MaxResults: 1 }));
  const [latest] = Results;
  if (!latest) throw new Error(`SQS shows no task that moves the messages of ${SourceArn}`);
  return latest;
}

/** What emulators of SQS say; AWS itself knows it everywhere. */
function isUnknownOperation(error: unknown): boolean {
  return error instanceof Error && /^(UnknownOperation|InvalidAction|NotImplemented)/.test(error.name);
}
