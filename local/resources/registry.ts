import type { Adapters } from "./adapter";
import { apiGatewayAdapters } from "./apiGateway";
import { batchAdapters } from "./batch";
import { cloudWatchAdapters } from "./cloudwatch";
import { dynamoDbAdapters } from "./dynamodb";
import { eventsAdapters } from "./events";
import { iamAdapters } from "./iam";
import { kmsAdapters } from "./kms";
import { lambdaAdapters } from "./lambda";
import { logsAdapters } from "./logs";
import { networkAdapters } from "./network";
import { passiveAdapters } from "./passive";
import { s3Adapters } from "./s3";
import { secretsManagerAdapters } from "./secretsManager";
import { snsAdapters } from "./sns";
import { sqsAdapters } from "./sqs";
import { stepFunctionsAdapters } from "./stepFunctions";

/** Every type of resource that the local cloud brings to life, or knows to have no effect on a laptop. */
export const adapters: Adapters = {
  ...apiGatewayAdapters,
  ...batchAdapters,
  ...cloudWatchAdapters,
  ...dynamoDbAdapters,
  ...eventsAdapters,
  ...iamAdapters,
  ...kmsAdapters,
  ...lambdaAdapters,
  ...logsAdapters,
  ...networkAdapters,
  ...passiveAdapters,
  ...s3Adapters,
  ...secretsManagerAdapters,
  ...snsAdapters,
  ...sqsAdapters,
  ...stepFunctionsAdapters,
};
