import type { JsonOperation } from "../../jsonProtocol";
import { checkArn } from "../names";
import type { StateMachine, StateMachines } from "../stateMachines";
import { requiredText } from "./members";
import { page } from "./pages";
import { permission } from "./permission";

const type = "STANDARD";

/** Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachine.html and its neighbours */
export function stateMachineOperations(stateMachines: StateMachines): Record<string, JsonOperation> {
  return {
    DescribeStateMachine: {
      permissions: (input) => permission("DescribeStateMachine", input["stateMachineArn"]),
      run: (input) => {
        const arn = requiredText(input, "stateMachineArn", { least: 1, most: 256 });
        checkArn(arn, "stateMachine");
        return describe(stateMachines.get(arn));
      },
    },
    ListStateMachines: {
      permissions: () => permission("ListStateMachines", "*"),
      run: (input) => {
        const { items, ...next } = page(stateMachines.list(), input);
        return { stateMachines: items.map(item), ...next };
      },
    },
  };
}

function item({ arn, name, creationDate }: StateMachine): object {
  return { stateMachineArn: arn, name, type, creationDate: creationDate / 1000 };
}

function describe(stateMachine: StateMachine): object {
  return {
    ...item(stateMachine),
    status: "ACTIVE",
    definition: stateMachine.definitionText,
    roleArn: stateMachine.roleArn,
    loggingConfiguration: { level: "OFF", includeExecutionData: false },
    tracingConfiguration: { enabled: false },
  };
}
