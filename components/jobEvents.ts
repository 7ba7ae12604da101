import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Foundation } from "./foundation";
import type { InlineFunction } from "./inlineFunction";
import type { PolicyStatement } from "./policy";

/**
 * The stack's event bus, on which everything in the account can hear how jobs end, and an archive, from which a window
 * of time can be replayed for as long as jobs are kept.
 */
export class JobEvents extends pulumi.ComponentResource {
  readonly busArn: pulumi.Output<string>;
  readonly archiveArn: pulumi.Output<string>;
  private readonly bus: aws.cloudwatch.EventBus;

  constructor(
    private readonly label: string,
    foundation: Foundation,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("jobrelay:JobEvents", label, {}, opts);
    this.bus = createBus(label, this);
    this.busArn = this.bus.arn;
    this.archiveArn = createArchive(label, this.bus, foundation, this).arn;
    this.registerOutputs({ busArn: this.busArn, archiveArn: this.archiveArn });
  }

  /** The permission to say how jobs ended. */
  allowPut(): PolicyStatement {
    return { sid: "PutEvents", actions: ["events:PutEvents"], resources: [this.busArn] };
  }

  /** Gives a function the failures that are replayed, and never one that has just happened. */
  replayFailuresTo(consumer: InlineFunction): void {
    const rule = new aws.cloudwatch.EventRule(
      `${this.label}-replayed`,
      {
        description: "Jobs that failed or ran out of time, replayed from the archive",
        eventBusName: this.bus.name,
        eventPattern: JSON.stringify({
          source: [eventSource],
          "detail-type": ["jobrelay.job.failed", "jobrelay.job.timed_out"],
          "replay-name": [{ exists: true }],
        }),
      },
      { parent: this },
    );
    consumer.triggerBy("replayed-failures", rule);
  }
}

/** As `notifyJobs` gives it. */
const eventSource = "jobrelay";

/**
 * The bus keeps nothing, and has no key of the stack's. With one, who deploys or looks at a rule would need that key,
 * which nobody may use directly, and an event that cannot be encrypted would be lost but for a queue that needs the same
 * key. Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-event-bus-cmkey.html
 */
function createBus(label: string, parent: pulumi.Resource): aws.cloudwatch.EventBus {
  return new aws.cloudwatch.EventBus(label, { description: "How jobs end" }, { parent });
}

function createArchive(
  label: string,
  bus: aws.cloudwatch.EventBus,
  { settings, key }: Foundation,
  parent: pulumi.Resource,
): aws.cloudwatch.EventArchive {
  return new aws.cloudwatch.EventArchive(
    `${label}-archive`,
    {
      description: "How jobs ended, to be replayed",
      eventSourceArn: bus.arn,
      // Replayed again and again, events would fill the archive with copies of themselves.
      eventPattern: JSON.stringify({ source: [eventSource], "replay-name": [{ exists: false }] }),
      retentionDays: settings.jobRetentionDays,
      kmsKeyIdentifier: key.arn,
    },
    { parent, protect: settings.protectData },
  );
}
