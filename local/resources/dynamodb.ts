import type { Adapters } from "./adapter";

interface TableInputs {
  readonly hashKey: string;
  readonly rangeKey?: string;
  readonly attributes: readonly { readonly name: string; readonly type: string }[];
  readonly billingMode: string;
  readonly globalSecondaryIndexes?: readonly IndexInputs[];
  readonly streamEnabled?: boolean;
  readonly streamViewType?: string;
  readonly serverSideEncryption?: { readonly enabled: boolean; readonly kmsKeyArn?: string };
  readonly ttl?: { readonly attributeName: string; readonly enabled: boolean };
}

interface IndexInputs {
  readonly name: string;
  readonly hashKey: string;
  readonly rangeKey?: string;
  readonly projectionType: string;
}

export const dynamoDbAdapters: Adapters = {
  "aws:dynamodb/table:Table": {
    inputs: [
      "hashKey",
      "rangeKey",
      "attributes",
      "billingMode",
      "globalSecondaryIndexes",
      "streamEnabled",
      "streamViewType",
      "ttl",
      "serverSideEncryption",
    ],
    withoutEffect: ["pointInTimeRecovery", "deletionProtectionEnabled"],
    async create({ inputs, physicalName }, { access, dynamoDb }) {
      const table = inputs as unknown as TableInputs;
      const { tableArn, streamArn } = await dynamoDb.createTable(createTableInput(physicalName, table));
      const keyArn = table.serverSideEncryption?.kmsKeyArn;
      if (keyArn !== undefined) access.keyUse.encrypt(tableArn, keyArn);
      return { id: physicalName, state: { ...inputs, name: physicalName, arn: tableArn, streamArn } };
    },
  },
};

function createTableInput(TableName: string, table: TableInputs) {
  return {
    TableName,
    BillingMode: table.billingMode,
    AttributeDefinitions: table.attributes.map(({ name, type }) => ({
      AttributeName: name,
      AttributeType: type,
    })),
    KeySchema: keySchema(table),
    ...(table.globalSecondaryIndexes && {
      GlobalSecondaryIndexes: table.globalSecondaryIndexes.map((index) => ({
        IndexName: index.name,
        KeySchema: keySchema(index),
        Projection: { ProjectionType: index.projectionType },
      })),
    }),
    ...(table.streamEnabled && {
      StreamSpecification: { StreamEnabled: true, StreamViewType: table.streamViewType },
    }),
    ...(table.ttl && {
      TimeToLiveSpecification: { AttributeName: table.ttl.attributeName, Enabled: table.ttl.enabled },
    }),
  };
}

function keySchema({ hashKey, rangeKey }: { readonly hashKey: string; readonly rangeKey?: string }) {
  return [
    { AttributeName: hashKey, KeyType: "HASH" },
    ...(rangeKey === undefined ? [] : [{ AttributeName: rangeKey, KeyType: "RANGE" }]),
  ];
}
