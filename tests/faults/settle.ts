import { setTimeout as wait } from "node:timers/promises";
import { GetQueueAttributesCommand, ListQueuesCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { isTerminal } from "../../functions/lib/job";
import type { Driver } from "./drive";
import type { History } from "./history";
import type { Inbox } from "./inbox";
import { endsOf } from "./invariants/doubled";
import type { World } from "./world";

/** After everything seems done, for what comes once more, in milliseconds. */
const afterglow = 3_000;

/** Waits until the run has come to rest: all is done, or nothing has happened for `silence` milliseconds. */
export async function settle(
  world: World,
  driver: Driver,
  history: History,
  inbox: Inbox,
  silence: number,
): Promise<void> {
  for (let idleSince: number | undefined; ; await wait(200)) {
    const rests = isDone(driver, history, inbox) && (await areEmpty(world));
    if (!rests) idleSince = undefined;
    else if (Date.now() - (idleSince ??= Date.now()) > afterglow) return;
    if (!driver.busy && Date.now() - Math.max(history.lastHeard, inbox.lastHeard) > silence) return;
  }
}

function isDone(driver: Driver, history: History, inbox: Inbox): boolean {
  if (driver.busy) return false;
  return driver.accepted.every(({ jobId }) => {
    const latest = history.latest(jobId);
    const ended = latest !== undefined && isTerminal(latest.status);
    return ended && [...endsOf(history, jobId)].every((id) => inbox.ids.has(id));
  });
}

/** Whether the queues of the program have no message that is waited for or worked on. */
async function areEmpty({ sqs, deadLetterQueues }: World): Promise<boolean> {
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
  const dead = new Set(Object.values(deadLetterQueues).map(nameOf));
  const work = QueueUrls.filter((url) => !dead.has(nameOf(url)));
  return (await Promise.all(work.map((url) => messagesIn(sqs, url)))).every((count) => count === 0);
}

const nameOf = (url: string) => url.slice(url.lastIndexOf("/") + 1);

async function messagesIn(sqs: SQSClient, QueueUrl: string): Promise<number> {
  const AttributeNames = [
    "ApproximateNumberOfMessages" as const,
    "ApproximateNumberOfMessagesNotVisible" as const,
    "ApproximateNumberOfMessagesDelayed" as const,
  ];
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
  return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
}
