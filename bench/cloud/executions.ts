import { DescribeExecutionCommand, GetExecutionHistoryCommand, SFNClient } from "@aws-sdk/client-sfn";
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import type { CloudFacts } from "./protocol";

/** Looks into the executions of jobs, as the operator. */
export class Executions {
  readonly #workflows: SFNClient;
  readonly #table: DynamoDBClient;

  constructor(private readonly facts: CloudFacts) {
    const { endpointUrl: endpoint, region, operator: credentials } = facts;
    this.#workflows = new SFNClient({ endpoint, region, credentials });
    this.#table = new DynamoDBClient({ endpoint, region, credentials });
  }

  /** When a job's execution ended, in milliseconds since the epoch. */
  async endOf(jobId: string): Promise<number> {
    const executionArn = await this.#arnOf(jobId);
    const { stopDate } = await this.#workflows.send(new DescribeExecutionCommand({ executionArn }));
    if (!stopDate) throw new Error(`the execution of ${jobId} has not ended`);
    return stopDate.getTime();
  }

  /** How many state transitions a job's execution is billed for: each state that was entered, and the start. */
  async transitionsOf(jobId: string): Promise<number> {
    const executionArn = await this.#arnOf(jobId);
    const command = new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 });
    const { events = [] } = await this.#workflows.send(command);
    return events.filter(({ type = "" }) => type.endsWith("StateEntered") || type === "ExecutionStarted")
      .length;
  }

  stop(): void {
    this.#workflows.destroy();
    this.#table.destroy();
  }

  async #arnOf(jobId: string): Promise<string> {
    const { Item } = await this.#table.send(
      new GetItemCommand({ TableName: this.facts.jobsTable, Key: { jobId: { S: jobId } } }),
    );
    const arn = Item?.["executionArn"]?.S;
    if (arn === undefined) throw new Error(`the job ${jobId} has no execution`);
    return arn;
  }
}
