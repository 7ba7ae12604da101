import { createHash } from "node:crypto";
import { marshall } from "@aws-sdk/util-dynamodb";
import type {
  APIGatewayProxyEvent,
  DynamoDBRecord,
  DynamoDBStreamEvent,
  SQSEvent,
  SQSRecord,
  StreamRecord,
} from "aws-lambda";
import type { JobRecord } from "../../functions/lib/job";

/** A batch from a queue: the messages `message-1`, `message-2` and so on; what is not text is sent as JSON. */
export function sqsEvent(...bodies: unknown[]): SQSEvent {
  return { Records: bodies.map((body, index) => sqsRecord(`message-${index + 1}`, body)) };
}

function sqsRecord(messageId: string, content: unknown): SQSRecord {
  const body = typeof content === "string" ? content : JSON.stringify(content);
  return {
    messageId,
    receiptHandle: `handle-of-${messageId}`,
    body,
    attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: "1767225600000",
      SenderId: "AIDAEXAMPLE",
      ApproximateFirstReceiveTimestamp: "1767225600001",
    },
    messageAttributes: {},
    md5OfBody: createHash("md5").update(body).digest("hex"),
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:us-east-1:000000000000:test",
    awsRegion: "us-east-1",
  };
}

/** What S3 says in one message about objects that were created; `key` is not encoded yet. */
export function objectsCreated(bucketName: string, eventTime: string, ...keys: string[]): object {
  return { Records: keys.map((key) => objectCreated(bucketName, eventTime, key)) };
}

function objectCreated(bucketName: string, eventTime: string, key: string): object {
  return {
    eventVersion: "2.1",
    eventSource: "aws:s3",
    awsRegion: "us-east-1",
    eventTime,
    eventName: "ObjectCreated:Put",
    userIdentity: { principalId: "EXAMPLE" },
    requestParameters: { sourceIPAddress: "127.0.0.1" },
    responseElements: { "x-amz-request-id": "EXAMPLE", "x-amz-id-2": "EXAMPLE" },
    s3: {
      s3SchemaVersion: "1.0",
      configurationId: "test",
      bucket: {
        name: bucketName,
        ownerIdentity: { principalId: "EXAMPLE" },
        arn: `arn:aws:s3:::${bucketName}`,
      },
      object: { key: encodeKey(key), size: 2, eTag: "ignored", sequencer: "0055AED6DCD90281E5" },
    },
  };
}

function encodeKey(key: string): string {
  return encodeURIComponent(key).replace(/%2F/g, "/").replace(/%20/g, "+");
}

/** What S3 sends once when a notification is set up. Source: "Event message structure" in the S3 user guide. */
export const s3TestEvent = {
  Service: "Amazon S3",
  Event: "s3:TestEvent",
  Time: "2026-01-01T00:00:00.000Z",
  Bucket: "files",
  RequestId: "EXAMPLE",
  HostId: "EXAMPLE",
};

/** A change of a job: its record before, if there was one, and now. */
export interface JobChanged {
  readonly before?: JobRecord;
  readonly now: JobRecord;
}

/** A batch from the table's stream, with the sequence numbers 101, 102 and so on. */
export function streamEvent(...changes: JobChanged[]): DynamoDBStreamEvent {
  return { Records: changes.map((change, index) => streamRecord(String(101 + index), change)) };
}

function streamRecord(SequenceNumber: string, { before, now }: JobChanged): DynamoDBRecord {
  return {
    eventID: `event-${SequenceNumber}`,
    eventName: before ? "MODIFY" : "INSERT",
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: "us-east-1",
    eventSourceARN: "arn:aws:dynamodb:us-east-1:000000000000:table/jobs/stream/2026-01-01T00:00:00.000",
    dynamodb: {
      ApproximateCreationDateTime: 1_767_225_600,
      Keys: imageOf({ jobId: now.jobId }),
      NewImage: imageOf(now),
      ...(before ? { OldImage: imageOf(before) } : {}),
      SequenceNumber,
      SizeBytes: 100,
      StreamViewType: "NEW_AND_OLD_IMAGES",
    },
  };
}

/** An item as a stream has it. */
function imageOf(item: object): NonNullable<StreamRecord["NewImage"]> {
  return marshall(item) as NonNullable<StreamRecord["NewImage"]>;
}

/** A request as API Gateway hands it to a function, as far as the functions read it. */
export function apiEvent(request: Partial<APIGatewayProxyEvent>): APIGatewayProxyEvent {
  const requestContext = {
    path: "/v1/jobs",
    identity: { userArn: "arn:aws:iam::000000000000:user/ann" },
  };
  return {
    httpMethod: "POST",
    path: "/jobs",
    resource: "/jobs",
    headers: { "Content-Type": "application/json" },
    multiValueHeaders: {},
    pathParameters: null,
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    stageVariables: null,
    body: null,
    isBase64Encoded: false,
    requestContext: requestContext as APIGatewayProxyEvent["requestContext"],
    ...request,
  };
}
