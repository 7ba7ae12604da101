import type { Adapters } from "./adapter";

interface StateMachineInputs {
  readonly definition: string;
  readonly roleArn: string;
  readonly type?: string;
}

export const stepFunctionsAdapters: Adapters = {
  "aws:sfn/stateMachine:StateMachine": {
    inputs: ["definition", "roleArn", "type"],
    withoutEffect: ["loggingConfiguration", "tracingConfiguration"],
    create({ inputs, physicalName }, { stepFunctions }) {
      const { definition, roleArn, type } = inputs as unknown as StateMachineInputs;
      const { stateMachineArn } = stepFunctions.createStateMachine({
        name: physicalName,
        definition,
        roleArn,
        ...(type === undefined ? {} : { type }),
      });
      return { id: stateMachineArn, state: { ...inputs, name: physicalName, arn: stateMachineArn } };
    },
  },
};
