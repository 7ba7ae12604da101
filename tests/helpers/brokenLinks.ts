import { BatchClient, DescribeJobsCommand, SubmitJobCommand } from "@aws-sdk/client-batch";
import { DynamoDBClient, PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import {
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
  ListRulesCommand,
} from "@aws-sdk/client-eventbridge";
import { marshall } from "@aws-sdk/util-dynamodb";
import { randomUUID } from "node:crypto";
import type { JobRecord } from "../../functions/lib/job";
import { readJob } from "../../functions/lib/jobsTable";
import { openAgain } from "../../functions/lib/openAgain";
import { aJob } from "./jobs";
import type { Relay } from "./relay";

/** A job whose container carries the tags of a group. */
export const costedJob: Partial<JobRecord> = {
  ...{ process: "costed", parameters: "{}" },
  steps: { batch: { status: "PENDING" } },
};

const hour = 3_600_000;
const ago = (milliseconds: number) => new Date(Date.now() - milliseconds).toISOString();

/** Leaves jobs of the program as a lost event would: what happened to them is long ago, and nobody was told. */
export class BrokenLinks {
  readonly #table: DynamoDBClient;
  readonly #events: EventBridgeClient;
  readonly #batch: BatchClient;

  constructor(private readonly relay: Relay) {
    this.#table = new DynamoDBClient(relay.clientConfig);
    this.#events = new EventBridgeClient(relay.clientConfig);
    this.#batch = new BatchClient(relay.clientConfig);
  }

  close(): void {
    for (const client of [this.#table, this.#events, this.#batch]) client.destroy();
  }

  /** A job that was recorded, and whose record never came out of the stream. */
  async unstarted(facts: Partial<JobRecord> = {}): Promise<string> {
    const jobId = randomUUID();
    const job = aJob({
      ...{
        jobId,
        process: "unchecked",
        parameters: '{"seconds":0}',
        steps: { sleep: { status: "PENDING" } },
      },
      ...{ createdAt: ago(hour), updatedAt: ago(hour), expiresAt: 4_102_444_800 },
      ...facts,
    });
    // The program starts what is inserted as SUBMITTED.
    await this.#put({ ...job, status: "RUNNING" });
    await this.#put(job);
    return jobId;
  }

  /** A job that was marked as started, and whose execution was not. */
  async halfStarted(): Promise<string> {
    const jobId = await this.unstarted({ status: "RUNNING" });
    const { unchecked } = this.relay.cloud.outputs["stateMachineArns"] as { unchecked: string };
    const executionArn = `${unchecked.replace(":stateMachine:", ":execution:")}:${jobId}`;
    await this.#put({ ...(await this.#job(jobId)), executionArn });
    return jobId;
  }

  /** A delivery that was begun, and whose message is gone. */
  async undelivered(platformId: string): Promise<string> {
    return this.unstarted({
      ...{ process: "egress", source: "webhook", status: "RUNNING", updatedAt: ago(14 * hour) },
      ...{ parameters: JSON.stringify({ id: platformId, event: "job_complete" }) },
      steps: { egress: { status: "RUNNING" } },
    });
  }

  /** A container that was submitted straight to the queue, and whose end nobody heard of. */
  async unfollowed(): Promise<string> {
    const jobDefinition = await this.relay.definitionName("batch-container-batch");
    const jobQueue = String(this.relay.cloud.outputs["jobQueueArn"]);
    return this.withoutRule("changed-containers", async () => {
      const { jobId = "" } = await this.#batch.send(
        new SubmitJobCommand({ jobName: "x", jobQueue, jobDefinition }),
      );
      await this.relay.eventually("the end of the container", async () => {
        const { jobs = [] } = await this.#batch.send(new DescribeJobsCommand({ jobs: [jobId] }));
        return jobs[0]?.status === "SUCCEEDED" ? true : undefined;
      });
      await this.#put(this.#direct(jobId, hour));
      return jobId;
    });
  }

  /** A container that AWS Batch has forgotten. */
  async forgotten(): Promise<string> {
    const jobId = randomUUID();
    await this.#put(this.#direct(jobId, 48 * hour));
    return jobId;
  }

  /** A job that was opened to be redriven, and whose execution was not. */
  async halfRedriven(jobId: string): Promise<void> {
    const opening = { redriveCount: 1, steps: ["approval"], forgets: [] };
    await openAgain(this.#table, this.#tableName, await this.#job(jobId), opening);
    await this.age(jobId);
  }

  /** Makes the job's last change, and the end of its hand-off, one that was long ago. */
  async age(jobId: string, deadline?: string): Promise<void> {
    const then = deadline === undefined ? "" : ", handoff.deadline = :deadline";
    await this.#table.send(
      new UpdateItemCommand({
        TableName: this.#tableName,
        Key: { jobId: { S: jobId } },
        UpdateExpression: `SET createdAt = :then, updatedAt = :then${then}`,
        ExpressionAttributeValues: {
          ":then": { S: ago(hour) },
          ...(deadline === undefined ? {} : { ":deadline": { S: deadline } }),
        },
      }),
    );
  }

  /** Does something of which the rule's function does not hear. */
  async withoutRule<T>(prefix: string, act: () => Promise<T>): Promise<T> {
    const { Rules = [] } = await this.#events.send(new ListRulesCommand({ NamePrefix: prefix }));
    const Name = Rules[0]?.Name;
    if (Name === undefined) throw new Error(`the program has no rule ${prefix}`);
    await this.#events.send(new DisableRuleCommand({ Name }));
    try {
      return await act();
    } finally {
      await this.#events.send(new EnableRuleCommand({ Name }));
    }
  }

  get #tableName(): string {
    return String(this.relay.cloud.outputs["jobsTable"]);
  }

  #direct(jobId: string, age: number): JobRecord {
    return aJob({
      ...{ jobId, process: "container", status: "RUNNING", source: "batch", expiresAt: 4_102_444_800 },
      ...{ createdAt: ago(age), updatedAt: ago(age), steps: { batch: { status: "RUNNING" } } },
    });
  }

  async #job(jobId: string): Promise<JobRecord> {
    const job = await readJob(this.#table, this.#tableName, jobId);
    if (!job) throw new Error(`there is no job ${jobId}`);
    return job;
  }

  async #put(job: JobRecord): Promise<void> {
    const Item = marshall(job, { removeUndefinedValues: true });
    await this.#table.send(new PutItemCommand({ TableName: this.#tableName, Item }));
  }
}
