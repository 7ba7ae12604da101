import {
  GetQueueAttributesCommand,
  ListDeadLetterSourceQueuesCommand,
  type QueueAttributeName,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { QueuesError, type DeadLetterQueue } from "./queues";

/** What SQS says of a dead-letter queue. */
export interface QueueFacts {
  readonly arn: string;
  /** Approximately; those that somebody is handling included. */
  readonly messages: number;
}

export async function queueFacts(sqs: SQSClient, queueUrl: string): Promise<QueueFacts> {
  const counts = ["", "NotVisible", "Delayed"].map((state) => `ApproximateNumberOfMessages${state}`);
  const AttributeNames = ["QueueArn", ...counts] as QueueAttributeName[];
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames }),
  );
  const { QueueArn: arn = "", ...rest } = Attributes;
  return { arn, messages: Object.values(rest).reduce((sum, count) => sum + Number(count), 0) };
}

/** The queue whose dead letters these are; nothing for what functions and streams fail with. */
export async function sourceOf(
  sqs: SQSClient,
  { name, url }: DeadLetterQueue,
): Promise<{ readonly url: string; readonly arn: string } | undefined> {
  const { queueUrls = [] } = await sqs.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: url }));
  const [source, second] = queueUrls;
  if (second !== undefined) throw new QueuesError(`Several queues have ${name} for their dead letters.`);
  return source === undefined ? undefined : { url: source, arn: (await queueFacts(sqs, source)).arn };
}
