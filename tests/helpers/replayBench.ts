import {
  CreateArchiveCommand,
  CreateEventBusCommand,
  DescribeReplayCommand,
  EventBridgeClient,
  ListRulesCommand,
  PutRuleCommand,
  PutTargetsCommand,
  StartReplayCommand,
} from "@aws-sdk/client-eventbridge";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import type { JobEndEvent } from "../../functions/lib/redriveRequest";
import type { Relay } from "./relay";

/** The program's bus and archive. */
export interface ArchivedBus {
  readonly busArn: string;
  readonly archiveArn: string;
}

/** A bus of a test's own, with an archive, and a queue instead of the function that the program's rule calls. */
export class ReplayBench {
  readonly #client: EventBridgeClient;
  #queueUrl = "";

  private constructor(
    private readonly relay: Relay,
    readonly bus: ArchivedBus,
  ) {
    this.#client = new EventBridgeClient(relay.clientConfig);
  }

  /** On the program's own bus. */
  static on(relay: Relay): ReplayBench {
    const { eventBusArn, eventArchiveArn } = relay.cloud.outputs;
    return new ReplayBench(relay, { busArn: String(eventBusArn), archiveArn: String(eventArchiveArn) });
  }

  /** @param name not used before in this run */
  static async open(relay: Relay, name: string): Promise<ReplayBench> {
    const client = new EventBridgeClient(relay.clientConfig);
    const { EventBusArn: busArn = "" } = await client.send(new CreateEventBusCommand({ Name: name }));
    const { ArchiveArn: archiveArn = "" } = await client.send(
      new CreateArchiveCommand({ ArchiveName: name, EventSourceArn: busArn }),
    );
    client.destroy();
    const bench = new ReplayBench(relay, { busArn, archiveArn });
    await bench.#createRule(name);
    return bench;
  }

  /** Replays what occurred from `start` to before `end`, until the replay is over. */
  async replay(ReplayName: string, start: string, end: string): Promise<void> {
    const { busArn, archiveArn } = this.bus;
    await this.#client.send(
      new StartReplayCommand({
        ReplayName,
        EventSourceArn: archiveArn,
        EventStartTime: new Date(start),
        EventEndTime: new Date(end),
        Destination: { Arn: busArn },
      }),
    );
    await this.relay.eventually(`the end of replay ${ReplayName}`, async () => {
      const { State } = await this.#client.send(new DescribeReplayCommand({ ReplayName }));
      return State === "COMPLETED" || undefined;
    });
  }

  /** What the rule let through, once it is as much as this. */
  async receive(atLeast: number): Promise<JobEndEvent[]> {
    const received: JobEndEvent[] = [];
    return this.relay.eventually(`${atLeast} replayed events`, async () => {
      const QueueUrl = this.#queueUrl;
      const { Messages = [] } = await this.relay.sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
      );
      for (const { Body = "", ReceiptHandle } of Messages) {
        received.push(JSON.parse(Body) as JobEndEvent);
        await this.relay.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
      return received.length >= atLeast ? received : undefined;
    });
  }

  close(): void {
    this.#client.destroy();
  }

  /** With the pattern of the program's rule. */
  async #createRule(Name: string): Promise<void> {
    const EventBusName = this.bus.busArn;
    const { Rules: [rule] = [] } = await this.#client.send(
      new ListRulesCommand({ EventBusName: String(this.relay.cloud.outputs["eventBusArn"]) }),
    );
    const { RuleArn = "" } = await this.#client.send(
      new PutRuleCommand({ Name, EventBusName, EventPattern: rule?.EventPattern }),
    );
    const Arn = await this.#createQueue(`${Name}-events`, RuleArn);
    await this.#client.send(
      new PutTargetsCommand({ Rule: Name, EventBusName, Targets: [{ Id: "queue", Arn }] }),
    );
  }

  async #createQueue(QueueName: string, ruleArn: string): Promise<string> {
    const { sqs } = this.relay;
    const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName }));
    const { Attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }),
    );
    const queueArn = Attributes["QueueArn"] ?? "";
    const statement = {
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: queueArn,
      Condition: { ArnEquals: { "aws:SourceArn": ruleArn } },
    };
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
    this.#queueUrl = QueueUrl;
    return queueArn;
  }
}
