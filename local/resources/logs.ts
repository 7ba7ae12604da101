import type { Adapters } from "./adapter";

interface LogGroupInputs {
  readonly namePrefix?: string;
}

export const logsAdapters: Adapters = {
  // Functions write to the terminal.
  "aws:cloudwatch/logGroup:LogGroup": {
    inputs: ["namePrefix"],
    withoutEffect: ["retentionInDays"],
    create({ inputs, physicalName }, { account }) {
      const { namePrefix } = inputs as LogGroupInputs;
      const name = namePrefix === undefined ? physicalName : `${namePrefix}${physicalName.slice(-7)}`;
      const arn = `arn:aws:logs:${account.region}:${account.accountId}:log-group:${name}`;
      return { id: name, state: { ...inputs, name, arn } };
    },
  },
};
