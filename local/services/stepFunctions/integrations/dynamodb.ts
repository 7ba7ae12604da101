import type { Integration, Integrations } from "./integration";
import { callService, namedAsTheirCode, type ServiceErrors } from "./serviceCall";

const errors: ServiceErrors = {
  prefix: "DynamoDB",
  service: "AmazonDynamoDBv2",
  otherwise: "AmazonDynamoDBException",
  exceptions: {
    ...namedAsTheirCode([
      "ConditionalCheckFailedException",
      "ItemCollectionSizeLimitExceededException",
      "ProvisionedThroughputExceededException",
      "ResourceNotFoundException",
      "TransactionConflictException",
    ]),
    InternalServerError: "InternalServerErrorException",
    RequestLimitExceeded: "RequestLimitExceededException",
  },
};

const operation =
  (name: string): Integration =>
  (call) =>
    callService(call, {
      signingName: "dynamodb",
      target: `DynamoDB_20120810.${name}`,
      input: call.parameters,
      errors,
    });

/** Source: https://docs.aws.amazon.com/step-functions/latest/dg/connect-ddb.html */
export const dynamodb: Integrations = {
  "dynamodb:getItem": operation("GetItem"),
  "dynamodb:putItem": operation("PutItem"),
  "dynamodb:updateItem": operation("UpdateItem"),
  "dynamodb:deleteItem": operation("DeleteItem"),
};
