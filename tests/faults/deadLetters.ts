import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import type { DeadLetter } from "./evidence";
import type { History } from "./history";
import type { World } from "./world";

/** All that lies in the dead-letter queues, and the jobs that it concerns. */
export async function readDeadLetters(world: World, history: History): Promise<DeadLetter[]> {
  const found: DeadLetter[] = [];
  for (const [queue, QueueUrl] of Object.entries(world.deadLetterQueues)) {
    for (;;) {
      const ask = { QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 600 };
      const { Messages = [] } = await world.sqs.send(new ReceiveMessageCommand(ask));
      if (Messages.length === 0) break;
      found.push(...Messages.map(({ Body = "" }) => ({ queue, body: Body, jobIds: jobsIn(Body, history) })));
    }
  }
  return found;
}

/** A range of the stream stands for the jobs whose changes lie in it; anything else names its job somewhere. */
function jobsIn(body: string, history: History): string[] {
  const { DDBStreamBatchInfo: range } = JSON.parse(body) as {
    readonly DDBStreamBatchInfo?: {
      readonly startSequenceNumber: string;
      readonly endSequenceNumber: string;
    };
  };
  if (range) return history.between(range.startSequenceNumber, range.endSequenceNumber);
  const ids = body.match(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g) ?? [];
  return [...new Set(ids)];
}
