import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createDeadLetterQueue } from "./deadLetterQueue";
import type { Foundation } from "./foundation";
import type { InlineFunction } from "./inlineFunction";
import type { PolicyStatement, ResourcePolicyStatement } from "./policy";
import { createQueuePolicy } from "./queuePolicy";

export interface WorkQueueArgs {
  readonly foundation: Foundation;
  /** How long its consumer may take for a batch, in seconds; a message stays invisible six times as long. */
  readonly consumerTimeoutSeconds: number;
  /** How often a message is tried before it goes to the dead-letter queue. @default 5 */
  readonly maxReceiveCount?: number;
  /** How long a message is kept that nobody could handle, 14 at most. @default 4 */
  readonly retentionDays?: number;
  /** How old a message may become before operators are called, in seconds. @default 900 */
  readonly oldestSeconds?: number;
  /** An AWS service that writes to the queue, and for which resource. */
  readonly writer?: { readonly service: string; readonly sourceArn: pulumi.Input<string> };
}

export interface ConsumerOptions {
  /** Messages that the function is handed at once. @default 10 */
  readonly batchSize?: number;
  /** Batches that are worked on at once; two at least. @default as many as Lambda sees fit */
  readonly maximumConcurrency?: number;
}

/** A queue, its dead-letter queue, and the consumer's way of taking messages from it. */
export class WorkQueue extends pulumi.ComponentResource {
  readonly url: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
  readonly deadLetterArn: pulumi.Output<string>;
  readonly deadLetterUrl: pulumi.Output<string>;
  /** Depend on it before writing to the queue: until then a service that writes is not allowed to. */
  readonly policy: aws.sqs.QueuePolicy;

  constructor(
    private readonly label: string,
    args: WorkQueueArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("jobrelay:WorkQueue", label, {}, opts);
    const deadLetters = createDeadLetterQueue(`${label}-dead`, args.foundation, this);
    const queue = new aws.sqs.Queue(
      label,
      {
        // Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
        visibilityTimeoutSeconds: 6 * args.consumerTimeoutSeconds,
        kmsMasterKeyId: args.foundation.key.arn,
        messageRetentionSeconds: 86_400 * (args.retentionDays ?? 4),
        // One call to KMS an hour instead of twelve.
        kmsDataKeyReusePeriodSeconds: 3_600,
        redrivePolicy: pulumi.jsonStringify({
          deadLetterTargetArn: deadLetters.arn,
          maxReceiveCount: args.maxReceiveCount ?? 5,
        }),
      },
      { parent: this },
    );
    this.url = queue.url;
    this.arn = queue.arn;
    this.deadLetterArn = deadLetters.arn;
    this.deadLetterUrl = deadLetters.url;
    args.foundation.parts.queues.push({
      name: label,
      queueName: queue.name,
      ...(args.oldestSeconds === undefined ? {} : { oldestSeconds: args.oldestSeconds }),
    });
    this.policy = createQueuePolicy(label, queue, writerStatements(queue, args.writer), this);
    this.registerOutputs({ url: this.url, arn: this.arn, deadLetterArn: this.deadLetterArn });
  }

  /** The permission to put messages on the queue. */
  allowSend(): PolicyStatement {
    return { sid: "SendMessages", actions: ["sqs:SendMessage"], resources: [this.arn] };
  }

  /** The permission to say when a message comes back. */
  allowDelay(): PolicyStatement {
    return { sid: "DelayMessages", actions: ["sqs:ChangeMessageVisibility"], resources: [this.arn] };
  }

  /** The permission to put what cannot be done among the dead letters, without more tries. */
  allowSetAside(): PolicyStatement {
    return { sid: "SetAside", actions: ["sqs:SendMessage"], resources: [this.deadLetterArn] };
  }

  /** Feeds the queue to a function, in batches of which only the failed messages return. */
  consumeBy(consumer: InlineFunction, options: ConsumerOptions = {}): aws.lambda.EventSourceMapping {
    const { batchSize = 10, maximumConcurrency } = options;
    const policy = consumer.grant("consume", [
      {
        sid: "ConsumeMessages",
        actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
        resources: [this.arn],
      },
    ]);
    return new aws.lambda.EventSourceMapping(
      `${this.label}-consumer`,
      {
        eventSourceArn: this.arn,
        functionName: consumer.arn,
        batchSize,
        ...(maximumConcurrency === undefined ? {} : { scalingConfig: { maximumConcurrency } }),
        functionResponseTypes: ["ReportBatchItemFailures"],
      },
      { parent: this, dependsOn: [policy] },
    );
  }
}

function writerStatements(queue: aws.sqs.Queue, writer: WorkQueueArgs["writer"]): ResourcePolicyStatement[] {
  if (!writer) return [];
  return [
    {
      sid: "WriterSends",
      principal: { Service: writer.service },
      actions: ["sqs:SendMessage"],
      resources: [queue.arn],
      conditions: { ArnEquals: { "aws:SourceArn": writer.sourceArn } },
    },
  ];
}
