import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { readOutputs, type RunCommand, type StackSource } from "../stackSource";
import { fileOption } from "./options";
import { localQueues, QueuesError, queuesOfOutputs, type DeadLetterQueue } from "./queues";

/** Finds the dead-letter queues. @throws QueuesError when there are none to be found; StackOutputsError */
export async function findQueues(source: StackSource, run?: RunCommand): Promise<DeadLetterQueue[]> {
  if (source.kind === "endpoint") return findLocally(source.endpointUrl);
  return queuesOfOutputs(await readOutputs(source, fileOption, run));
}

async function findLocally(endpoint: string): Promise<DeadLetterQueue[]> {
  const sqs = new SQSClient({ endpoint });
  const urls: string[] = [];
  try {
    let NextToken: string | undefined;
    do {
      const page = await sqs.send(new ListQueuesCommand({ MaxResults: 1000, NextToken }));
      urls.push(...(page.QueueUrls ?? []));
      ({ NextToken } = page);
    } while (NextToken !== undefined);
  } finally {
    sqs.destroy();
  }
  const queues = localQueues(urls);
  if (queues.length > 0) return queues;
  throw new QueuesError(`${endpoint} has no dead-letter queue: --endpoint-url is for "npm run local".`);
}
