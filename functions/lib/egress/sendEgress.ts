import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";

/** Asks for the output of a webhook's job to be delivered; asked twice, the second time finds it delivered. */
export async function sendEgress(queues: SQSClient, QueueUrl: string, jobId: string): Promise<void> {
  await queues.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify({ jobId }) }));
}
