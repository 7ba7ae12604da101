import { setTimeout as wait } from "node:timers/promises";
import { GetQueueAttributesCommand, ListQueuesCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { isTerminal } from "../../functions/lib/job";
import { grace } from "../../functions/lib/reconcile/reconcileServices";
import type { Driver } from "./drive";
import type { History } from "./history";
import type { Inbox } from "./inbox";
import { endsOf } from "./invariants/doubled";
import type { World } from "./world";

/** After everything seems done, for what comes once more, in milliseconds. */
const afterglow = 3_000;

/** A run, as far as it can be seen whether something still happens in it. */
export interface Watched {
  readonly world: World;
  readonly driver: Driver;
  readonly history: History;
  readonly inbox: Inbox;
  /** When nothing has happened for so long, nothing will by itself any more, in milliseconds. */
  readonly silence: number;
  /** Is told what is waited for. */
  readonly progress: (line: string) => void;
}

/** How often it is told what is waited for, in milliseconds. */
const betweenLines = 20_000;

/**
 * Waits until the run has come to rest: all is done, or nothing happens any more. Then open jobs are reconciled, as they
 * would be on the schedule, and what that sets off is waited for, until it sets off nothing.
 */
export async function settle(watched: Watched): Promise<void> {
  const { world } = watched;
  for (;;) {
    await rest(watched);
    const heard = lastHeard(watched);
    await reconcile(world);
    if (isDone(watched) || !(await isHeard(watched, heard))) return;
  }
}

/** After how long without a word open jobs are reconciled before anything is given up, in milliseconds. */
const quiet = 10_000;

async function rest(watched: Watched): Promise<void> {
  const { world, driver, silence, progress } = watched;
  let told = Date.now();
  let reconciledAfter = 0;
  for (let idleSince: number | undefined; ; await wait(200)) {
    if (Date.now() - told > betweenLines) {
      progress(awaited(watched));
      told = Date.now();
    }
    const rests = isDone(watched) && (await areEmpty(world));
    if (!rests) idleSince = undefined;
    else if (Date.now() - (idleSince ??= Date.now()) > afterglow) return;
    const heard = lastHeard(watched);
    if (driver.acting === 0 && Date.now() - heard > quiet && heard > reconciledAfter) {
      reconciledAfter = heard;
      await reconcile(world);
    }
    if (driver.acting === 0 && Date.now() - lastHeard(watched) > silence) return;
  }
}

function lastHeard({ history, inbox }: Watched): number {
  return Math.max(history.lastHeard, inbox.lastHeard);
}

/** How often reconciling is tried whose function is killed again and again. */
const mostTries = 5;

/** As if nobody had touched the jobs for long enough. */
async function reconcile(world: World): Promise<void> {
  for (let tries = 1; tries <= mostTries; tries++) {
    if (await world.reconcile(new Date(Date.now() + grace + 1_000))) return;
  }
  throw new Error(`reconcileJobs failed ${mostTries} times; \`--log\` shows why`);
}

/** Whether something happens within a moment. */
async function isHeard(watched: Watched, before: number): Promise<boolean> {
  await wait(afterglow);
  return lastHeard(watched) > before;
}

function isDone({ driver, history, inbox }: Watched): boolean {
  if (driver.acting > 0) return false;
  return driver.accepted.every(({ jobId }) => hasEnded(history, jobId) && isTold(history, inbox, jobId));
}

function hasEnded(history: History, jobId: string): boolean {
  const latest = history.latest(jobId);
  return latest !== undefined && isTerminal(latest.status);
}

function isTold(history: History, inbox: Inbox, jobId: string): boolean {
  return [...endsOf(history, jobId)].every((id) => inbox.ids.has(id));
}

/** What is waited for, in a line. */
function awaited(watched: Watched): string {
  const { driver, history, inbox } = watched;
  const heard = Math.round((Date.now() - lastHeard(watched)) / 1000);
  const open = driver.accepted.filter(({ jobId }) => !hasEnded(history, jobId));
  const untold = driver.accepted.filter(({ jobId }) => !isTold(history, inbox, jobId));
  const people = `${driver.acting} people at work`;
  return `waiting: ${open.length} jobs open, ${untold.length} untold, ${people}, last heard ${heard} s ago`;
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
