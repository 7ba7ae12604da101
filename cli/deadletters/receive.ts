import {
  ChangeMessageVisibilityCommand,
  ReceiveMessageCommand,
  type Message,
  type SQSClient,
} from "@aws-sdk/client-sqs";

export interface ReceiveOptions {
  readonly queueUrl: string;
  /** How many messages at most. @default all */
  readonly limit?: number | undefined;
  /** How long nobody else sees a message, in seconds, should this program end before it puts it back. */
  readonly visibilityTimeoutSeconds: number;
}

/** A message as it is on its queue. */
export interface Received {
  readonly body: string;
  readonly message: Message;
  /** Leaves the message to others again when everything is done, unless it was deleted. */
  keep(): void;
}

/**
 * Takes the messages of a queue one after another, each once. Those that are kept stay out of sight until the end, so
 * that they do not come again, and are then back at once.
 */
export async function* receiveEach(sqs: SQSClient, options: ReceiveOptions): AsyncGenerator<Received, void> {
  const { queueUrl: QueueUrl, limit = Infinity, visibilityTimeoutSeconds: VisibilityTimeout } = options;
  const seen = new Set<string>();
  const kept = new Map<string, string>();
  try {
    while (seen.size < limit) {
      const message = await receiveOne(sqs, QueueUrl, VisibilityTimeout);
      const { MessageId: id = "", ReceiptHandle: handle = "", Body: body = "" } = message ?? {};
      if (message) kept.set(id, handle);
      // One that comes again has been out of sight for as long as it may be: the others have, too.
      if (!message || seen.has(id)) return;
      seen.add(id);
      let isKept = false;
      yield { body, message, keep: () => void (isKept = true) };
      if (!isKept) kept.delete(id);
    }
  } finally {
    for (const handle of kept.values()) await putBack(sqs, QueueUrl, handle);
  }
}

async function putBack(sqs: SQSClient, QueueUrl: string, ReceiptHandle: string): Promise<void> {
  try {
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
  } catch (error) {
    // Its time out of sight is over already, or somebody else has deleted it.
    if (!(error instanceof Error && /MessageNotInflight|InvalidParameterValue/.test(error.name))) throw error;
  }
}

/** Waits a second for it, since only then SQS asks all its servers. */
async function receiveOne(sqs: SQSClient, QueueUrl: string, VisibilityTimeout: number) {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      VisibilityTimeout,
      MaxNumberOfMessages: 1,
      WaitTimeSeconds: 1,
      MessageAttributeNames: ["All"],
      MessageSystemAttributeNames: ["All"],
    }),
  );
  return Messages[0];
}
