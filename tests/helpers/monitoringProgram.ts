import * as path from "node:path";
import { runProgram, type Registration } from "../../local/runtime/program";

/** The program of a few parts, and what watches them. */
export const monitoringProgram = path.resolve(__dirname, "programs/monitoring.ts");

const answers: Readonly<Record<string, object>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": { accountId: "111122223333" },
  "aws:index/getPartition:getPartition": { partition: "aws" },
  "aws:index/getRegion:getRegion": { region: "eu-west-1" },
};

/** What the program makes that is watched at this level. */
export async function runMonitoring(
  monitoring: string,
  options: { preview?: boolean; workflows?: readonly string[] } = {},
) {
  const { preview = false, workflows = ["settlement", "sleep"] } = options;
  const resources: Registration[] = [];
  const values = { "jobrelay:monitoring": monitoring, "jobrelay:workflows": JSON.stringify(workflows) };
  const outputs = await runProgram(
    monitoringProgram,
    { project: "jobrelay", stack: "test", values },
    {
      preview,
      create: async (registration) => {
        resources.push(registration);
        const { name, inputs, custom } = registration;
        if (preview && custom) return { id: "", state: { ...inputs } };
        const made = { arn: `arn:${name}`, name: `${name}-1`, url: `https://sqs/${name}` };
        return { id: `${name}-id`, state: { ...made, ...inputs } };
      },
      invoke: (token) => {
        const answer = answers[token];
        if (!answer) throw new Error(`the program calls ${token}, which no test expects`);
        return answer;
      },
    },
  );
  return { resources, outputs };
}

/** The alarms that it makes. */
export const monitoringAlarms = [
  "dead-letters-callbacks",
  "dead-letters-jobs-stream-failures",
  "stuck-wait-callbacks",
  "stuck-wait-egress",
  "workflow-failures",
  "function-errors",
  "stream-behind-start-jobs",
  "reconciled-jobs",
  "unreconciled-jobs",
];
