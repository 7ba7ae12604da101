import Table from "cli-table3";
import { isRecord } from "./json";
import { JsonApiError, type JsonApi } from "./jsonApi";
import { queueFacts } from "./queueFacts";
import type { DeadLetterQueue } from "./queues";
import type { Print } from "./redrive";
import type { DeadLetterServices } from "./services";

/** A dead-letter queue with what is known of it. */
export interface ListedQueue {
  readonly name: string;
  readonly messages: number;
  /** In seconds; nothing where CloudWatch does not know it. */
  readonly oldest?: number;
}

/** Shows every dead-letter queue. Nothing is received: looking changes nothing. */
export async function list(
  services: DeadLetterServices,
  queues: readonly DeadLetterQueue[],
  now: Date,
  print: Print,
): Promise<void> {
  const listed = await Promise.all(queues.map((queue) => look(services, queue, now, print)));
  print(renderList(listed));
}

async function look(
  { sqs, cloudWatch }: DeadLetterServices,
  { name, url }: DeadLetterQueue,
  now: Date,
  print: Print,
): Promise<ListedQueue> {
  const { messages } = await queueFacts(sqs, url);
  if (messages === 0) return { name, messages };
  try {
    const oldest = await ageOfOldest(cloudWatch, url.slice(url.lastIndexOf("/") + 1), now);
    return { name, messages, ...(oldest === undefined ? {} : { oldest }) };
  } catch (error) {
    if (!(error instanceof JsonApiError)) throw error;
    print(`The age of the oldest message of ${name} is not known: ${error.name}: ${error.message}`);
    return { name, messages };
  }
}

/** The latest that CloudWatch has of the last quarter of an hour, in seconds. */
async function ageOfOldest(cloudWatch: JsonApi, queueName: string, now: Date): Promise<number | undefined> {
  const end = Math.floor(now.getTime() / 1000);
  const { Datapoints: datapoints } = await cloudWatch.call("GetMetricStatistics", {
    Namespace: "AWS/SQS",
    MetricName: "ApproximateAgeOfOldestMessage",
    Dimensions: [{ Name: "QueueName", Value: queueName }],
    StartTime: end - 900,
    EndTime: end,
    Period: 60,
    Statistics: ["Maximum"],
  });
  const points = (Array.isArray(datapoints) ? datapoints : []).filter(isRecord);
  const [latest] = points.sort((a, b) => Number(b["Timestamp"]) - Number(a["Timestamp"]));
  return typeof latest?.["Maximum"] === "number" ? latest["Maximum"] : undefined;
}

/** The table that people see. */
export function renderList(queues: readonly ListedQueue[]): string {
  const table = new Table({ head: ["queue", "messages", "oldest"], style: { head: [], border: [] } });
  for (const { name, messages, oldest } of queues) {
    table.push([name, { content: messages, hAlign: "right" }, shownAge(messages, oldest)]);
  }
  return table.toString();
}

function shownAge(messages: number, seconds: number | undefined): string {
  if (messages === 0) return "";
  if (seconds === undefined) return "unknown";
  const [days, hours, minutes] = [seconds / 86_400, (seconds / 3_600) % 24, (seconds / 60) % 60].map(
    Math.floor,
  );
  return `${days} d ${hours} h ${minutes} min`.replace(/^0 d (0 h )?/, "");
}
