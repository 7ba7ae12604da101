import type { Adapters } from "./adapter";

interface LogGroupInputs {
  readonly namePrefix?: string;
}

export const logsAdapters: Adapters = {
  "aws:cloudwatch/logGroup:LogGroup": {
    inputs: ["namePrefix"],
    withoutEffect: ["retentionInDays", "kmsKeyId"],
    create({ inputs, physicalName }, { logs }) {
      const { namePrefix } = inputs as LogGroupInputs;
      const name = namePrefix === undefined ? physicalName : `${namePrefix}${physicalName.slice(-7)}`;
      const { arn } = logs.createLogGroup({ name });
      return { id: name, state: { ...inputs, name, arn } };
    },
  },
};
