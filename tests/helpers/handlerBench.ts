import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { JobRecord } from "../../functions/lib/job";
import { readJob } from "../../functions/lib/jobsTable";
import { loggedBy, type LogLine } from "./loggedBy";
import { sharedRelay, type Relay } from "./relay";

export interface Handled<Answer> {
  readonly answer: Answer;
  readonly log: readonly LogLine[];
}

/**
 * Where handlers run in the test's process, against the services of the shared relay. It has a table and a bucket of
 * its own, which the program's functions do not follow: what happens to them is the handler's doing alone.
 */
export class HandlerBench {
  readonly tableName: string;
  readonly bucketName: string;
  readonly database: DynamoDBClient;
  readonly #environment = { ...process.env };

  private constructor(
    readonly relay: Relay,
    name: string,
  ) {
    this.tableName = `${name}-jobs`;
    this.bucketName = `${name}-files`;
    this.database = new DynamoDBClient(relay.clientConfig);
  }

  /** @param name not used before in this run */
  static async open(name: string): Promise<HandlerBench> {
    const bench = new HandlerBench(await sharedRelay(), name);
    await bench.relay.s3.send(new CreateBucketCommand({ Bucket: bench.bucketName }));
    await bench.#createTable();
    bench.#setEnvironment();
    return bench;
  }

  /** The table that the program's own functions use. */
  get relayTable(): string {
    return String(this.relay.cloud.outputs["jobsTable"]);
  }

  /** Hands an event to a handler; what it logs is kept out of the test report. */
  async handle<Event, Answer>(
    handler: (event: Event) => Promise<Answer>,
    event: Event,
  ): Promise<Handled<Answer>> {
    const { result: answer, lines } = await loggedBy(() => handler(event));
    return { answer, log: lines };
  }

  async putJob(job: JobRecord): Promise<void> {
    await this.database.send(
      new PutItemCommand({
        TableName: this.tableName,
        Item: marshall(job, { removeUndefinedValues: true }),
      }),
    );
  }

  /** A job as the table has it. */
  async job(jobId: string, tableName = this.tableName): Promise<JobRecord> {
    const job = await readJob(this.database, tableName, jobId);
    if (!job) throw new Error(`there is no job ${jobId} in ${tableName}`);
    return job;
  }

  /** Gives the process its environment back. */
  close(): void {
    for (const name of Object.keys(process.env)) delete process.env[name];
    Object.assign(process.env, this.#environment);
    this.database.destroy();
  }

  async #createTable(): Promise<void> {
    const { tableName: TableName } = this;
    await this.database.send(
      new CreateTableCommand({
        TableName,
        BillingMode: "PAY_PER_REQUEST",
        KeySchema: [{ AttributeName: "jobId", KeyType: "HASH" }],
        AttributeDefinitions: ["jobId", "process", "status", "createdAt"].map((AttributeName) => ({
          AttributeName,
          AttributeType: "S",
        })),
        GlobalSecondaryIndexes: ["process", "status"].map((AttributeName) => ({
          IndexName: `by-${AttributeName}`,
          KeySchema: [
            { AttributeName, KeyType: "HASH" },
            { AttributeName: "createdAt", KeyType: "RANGE" },
          ],
          Projection: { ProjectionType: "ALL" },
        })),
      }),
    );
    await this.relay.eventually(`the table ${TableName}`, async () => {
      const { Table } = await this.database.send(new DescribeTableCommand({ TableName }));
      return Table?.TableStatus === "ACTIVE" ? Table : undefined;
    });
  }

  /** What clients find there that are made without settings, as the handlers' are. They look when they are first used. */
  #setEnvironment(): void {
    const { endpointUrl, region, operator } = this.relay.cloud;
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: endpointUrl,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: operator.accessKeyId,
      AWS_SECRET_ACCESS_KEY: operator.secretAccessKey,
    });
    delete process.env["AWS_SESSION_TOKEN"];
    delete process.env["AWS_PROFILE"];
  }
}
