import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { S3Client } from "@aws-sdk/client-s3";
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { Transform } from "../../transforms/transform";
import type { Secret } from "../secret";

export interface EgressSettings {
  readonly tableName: string;
  readonly queueUrl: string;
  /** The bucket that lasts. */
  readonly bucketName: string;
  /** Where containers leave outputs; empty without containers. */
  readonly outputsBucket: string;
  /** Whose outputs are read; absent when there is none. */
  readonly platform?: EgressPlatform | undefined;
  /** Holds the platform's API token; empty without a platform. */
  readonly tokenSecretArn: string;
  /** The size of an upload's parts, in bytes. @default what the output's length demands */
  readonly partBytes?: number;
}

export interface EgressPlatform {
  readonly name: string;
  /** Without a trailing slash. */
  readonly url: string;
  /** Hosts, beside the platform's own, that it may redirect to. */
  readonly redirectHosts: readonly string[];
  readonly transform?: Transform | undefined;
}

/** What copying outputs works with. */
export interface EgressServices {
  readonly settings: EgressSettings;
  readonly table: DynamoDBClient;
  readonly s3: S3Client;
  readonly queue: SQSClient;
  /** The platform's API token. */
  readonly token: Secret;
}
