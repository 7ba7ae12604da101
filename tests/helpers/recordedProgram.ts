import * as path from "node:path";
import { runProgram, type Registration } from "../../local/runtime/program";
import { readStackConfig } from "../../local/runtime/stackConfig";

const root = path.resolve(__dirname, "../..");

export interface RecordedProgram {
  readonly resources: readonly Registration[];
  readonly outputs: Readonly<Record<string, unknown>>;
}

export interface RecordOptions {
  readonly stack?: string;
  /** In place of the stack's own values. */
  readonly config?: Readonly<Record<string, string>>;
  /** As in `pulumi preview` of a new stack: everything that AWS would decide is unknown. */
  readonly preview?: boolean;
}

/** Configuration that switches on all that the dev stack leaves out. */
export const everything = {
  "jobrelay:monitoring": "all",
  "jobrelay:alarmEmails": '["ops@example.com"]',
  "jobrelay:tagGroups": '{"services":["s3","sqs"],"decoupled":true}',
  "jobrelay:egress": JSON.stringify({ platform: { name: "voxel51", url: "https://api.example.com" } }),
};

/**
 * Runs the program with mocks that record every resource, and name outputs after the resource, so that a test can see
 * what refers to what. A provider function that the program is not known to call is an error.
 */
export async function recordProgram(options: RecordOptions = {}): Promise<RecordedProgram> {
  const { stack = "dev", config = {}, preview = false } = options;
  const resources: Registration[] = [];
  const stackConfig = readStackConfig(root, stack);
  const outputs = await runProgram(
    path.join(root, "index.ts"),
    { ...stackConfig, values: { ...stackConfig.values, ...config } },
    {
      preview,
      create: async (registration) => {
        resources.push(registration);
        const { name, inputs, custom } = registration;
        if (preview && custom) return { id: "", state: { ...inputs } };
        return { id: `${name}-id`, state: { ...outputsOf(name), ...inputs } };
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

const answers: Readonly<Record<string, object>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": { accountId: "111122223333" },
  "aws:index/getPartition:getPartition": { partition: "aws" },
  "aws:index/getRegion:getRegion": { region: "eu-west-1" },
};

function outputsOf(name: string): Record<string, unknown> {
  return {
    arn: `arn:${name}`,
    uniqueId: `id:${name}`,
    name,
    bucket: name,
    url: `https://sqs/${name}`,
    streamArn: `arn:${name}/stream`,
    invokeArn: `invoke:${name}`,
    executionArn: `execute-api:${name}`,
    invokeUrl: `https://${name}`,
    vpcId: `vpc:${name}`,
    publicSubnetIds: [`subnet:${name}`],
    arnPrefix: `arn:${name}`,
  };
}
