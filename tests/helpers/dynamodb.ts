import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { HttpResponse, type HttpRequest } from "@smithy/protocol-http";
import { localAccountId, type Account } from "../../local/account";
import type { Clock } from "../../local/clock";
import { silent } from "../../local/log";
import type { JsonObject } from "../../local/services/jsonProtocol";
import type { AwsRequest, AwsResponse, Service } from "../../local/services/service";
import { startDynamoDb, type DynamoDb } from "../../local/services/dynamodb";

export const account: Account = { accountId: localAccountId, region: "eu-west-1", partition: "aws" };

export const tableArn = "arn:aws:dynamodb:eu-west-1:000000000000:table/jobs";

/** A clock that a test moves; timers that become due run at once. */
export class TestClock implements Clock {
  #now = Date.parse("2026-03-01T00:00:00.000Z");
  readonly #timers = new Set<{ readonly due: number; readonly callback: () => void }>();

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { due: this.#now + milliseconds, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  advance(milliseconds: number): void {
    this.#now += milliseconds;
    for (const timer of this.#timers) {
      if (timer.due > this.#now) continue;
      this.#timers.delete(timer);
      timer.callback();
    }
  }

  get pending(): number {
    return this.#timers.size;
  }
}

/** CreateTable of a table like that of the jobs. */
export const jobsTable = {
  TableName: "jobs",
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: [
    { AttributeName: "jobId", AttributeType: "S" },
    { AttributeName: "process", AttributeType: "S" },
    { AttributeName: "createdAt", AttributeType: "S" },
  ],
  KeySchema: [{ AttributeName: "jobId", KeyType: "HASH" }],
  GlobalSecondaryIndexes: [
    {
      IndexName: "byProcess",
      KeySchema: [
        { AttributeName: "process", KeyType: "HASH" },
        { AttributeName: "createdAt", KeyType: "RANGE" },
      ],
      Projection: { ProjectionType: "ALL" },
    },
  ],
  StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
} as const satisfies JsonObject;

export interface RunningDynamoDb {
  readonly dynamoDb: DynamoDb;
  readonly client: DynamoDBClient;
  readonly clock: TestClock;
}

/**
 * Starts a DynamoDB, with the jobs table, for a test.
 * @param saved what an earlier one saved
 */
export async function startWithJobs(saved?: unknown): Promise<RunningDynamoDb> {
  const clock = new TestClock();
  const dynamoDb = startDynamoDb({ account, clock, log: silent });
  if (saved !== undefined) await dynamoDb.prepare?.(saved);
  await dynamoDb.createTable(jobsTable);
  return { dynamoDb, client: clientOf(dynamoDb.service), clock };
}

/** A real client whose requests go straight to the service. */
export function clientOf(service: Service): DynamoDBClient {
  return new DynamoDBClient({
    region: account.region,
    endpoint: "http://127.0.0.1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
    requestHandler: {
      handle: async ({ headers, body }: HttpRequest) => {
        const { status, headers: answered, body: answer } = await service.handle(awsRequest(headers, body));
        const response = { statusCode: status, headers: { ...answered }, body: Buffer.from(answer) };
        return { response: new HttpResponse(response) };
      },
    },
  });
}

/** Calls an operation without a client, and gives the answer with its body parsed. */
export async function call(
  service: Service,
  operation: string,
  input: object,
): Promise<{ status: number; body: unknown }> {
  const { status, body } = await service.handle(requestOf(operation, input));
  return { status, body: parse({ body }) };
}

export function requestOf(operation: string, input: object | string): AwsRequest {
  const target = `DynamoDB_20120810.${operation}`;
  return awsRequest({ "x-amz-target": target }, typeof input === "string" ? input : JSON.stringify(input));
}

export function parse({ body }: Pick<AwsResponse, "body">): unknown {
  return body.length === 0 ? "" : (JSON.parse(body.toString()) as unknown);
}

function awsRequest(headers: Record<string, string>, body: unknown): AwsRequest {
  return {
    principal: { kind: "root", arn: "arn:aws:iam::000000000000:root" },
    method: "POST",
    path: "/",
    query: "",
    headers,
    body: typeof body === "string" ? Buffer.from(body) : Buffer.copyBytesFrom(body as Uint8Array),
  };
}
