import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createDeadLetterQueue } from "./deadLetterQueue";
import type { Foundation } from "./foundation";
import type { InlineFunction } from "./inlineFunction";
import type { PolicyStatement } from "./policy";

/** The table of jobs: the outbox of the system. A job exists here before anything acts on it. */
export class JobStore extends pulumi.ComponentResource {
  readonly tableName: pulumi.Output<string>;
  private readonly tableArn: pulumi.Output<string>;
  private readonly streamArn: pulumi.Output<string>;
  private readonly failures: aws.sqs.Queue;

  constructor(
    private readonly label: string,
    private readonly foundation: Foundation,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("jobrelay:JobStore", label, {}, opts);
    const table = createTable(label, foundation, this);
    this.tableName = table.name;
    this.tableArn = table.arn;
    this.streamArn = table.streamArn;
    this.failures = createDeadLetterQueue(`${label}-stream-failures`, foundation, this);
    this.registerOutputs({ tableName: this.tableName });
  }

  /** The permission to read one job by its id. */
  allowRead(): PolicyStatement {
    return { sid: "ReadJobs", actions: ["dynamodb:GetItem"], resources: [this.tableArn] };
  }

  /** The permission to list jobs by process or by status. */
  allowList(): PolicyStatement {
    const resources = indexed.map((key) => pulumi.interpolate`${this.tableArn}/index/${indexName(key)}`);
    return { sid: "ListJobs", actions: ["dynamodb:Query"], resources };
  }

  /** The permission to list jobs by status. */
  allowListOpen(): PolicyStatement {
    const resources = [pulumi.interpolate`${this.tableArn}/index/${indexName("status")}`];
    return { sid: "ListJobs", actions: ["dynamodb:Query"], resources };
  }

  /** The permission to record a new job. */
  allowCreate(): PolicyStatement {
    return { sid: "CreateJobs", actions: ["dynamodb:PutItem"], resources: [this.tableArn] };
  }

  /** The permission to change a job. */
  allowUpdate(): PolicyStatement {
    return { sid: "UpdateJobs", actions: ["dynamodb:UpdateItem"], resources: [this.tableArn] };
  }

  /**
   * Feeds changes of jobs to a function, in order. A record that keeps failing does not block the others for long:
   * its batch is halved, and after seven tries its place in the stream goes to the queue of failures.
   * @param filter an event pattern for stream records
   */
  consumeBy(purpose: string, consumer: InlineFunction, filter: object): aws.lambda.EventSourceMapping {
    const policy = consumer.grant("consume", this.allowConsume());
    const { label, functionName } = consumer;
    this.foundation.parts.streamReaders.push({ label, functionName });
    return new aws.lambda.EventSourceMapping(
      `${this.label}-${purpose}`,
      {
        eventSourceArn: this.streamArn,
        functionName: consumer.arn,
        startingPosition: "TRIM_HORIZON",
        batchSize: 25,
        // Tries become rarer: six retries last a minute, which a service may be away, and no poison holds up longer.
        maximumRetryAttempts: 6,
        bisectBatchOnFunctionError: true,
        functionResponseTypes: ["ReportBatchItemFailures"],
        filterCriteria: { filters: [{ pattern: JSON.stringify(filter) }] },
        destinationConfig: { onFailure: { destinationArn: this.failures.arn } },
      },
      { parent: this, dependsOn: [policy] },
    );
  }

  private allowConsume(): PolicyStatement[] {
    return [
      {
        sid: "ConsumeChanges",
        actions: ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
        resources: [this.streamArn],
      },
      // Source: the AWS service authorization reference; the mapping finds the table's streams by it.
      { sid: "ListStreams", actions: ["dynamodb:ListStreams"], resources: ["*"] },
      { sid: "ReportFailures", actions: ["sqs:SendMessage"], resources: [this.failures.arn] },
    ];
  }
}

/** By what jobs can be listed. */
const indexed = ["process", "status"];

function indexName(hashKey: string): string {
  return `by-${hashKey}`;
}

function createTable(
  name: string,
  { settings, key }: Foundation,
  parent: pulumi.Resource,
): aws.dynamodb.Table {
  return new aws.dynamodb.Table(
    name,
    {
      billingMode: "PAY_PER_REQUEST",
      hashKey: "jobId",
      attributes: ["jobId", "process", "status", "createdAt"].map((attribute) => ({
        name: attribute,
        type: "S",
      })),
      globalSecondaryIndexes: indexed.map((hashKey) => ({
        name: indexName(hashKey),
        hashKey,
        rangeKey: "createdAt",
        projectionType: "ALL",
      })),
      streamEnabled: true,
      streamViewType: "NEW_AND_OLD_IMAGES",
      ttl: { attributeName: "expiresAt", enabled: true },
      pointInTimeRecovery: { enabled: true },
      serverSideEncryption: { enabled: true, kmsKeyArn: key.arn },
      deletionProtectionEnabled: settings.protectData,
    },
    { parent, protect: settings.protectData },
  );
}
