import { deepEqual, equal, rejects } from "node:assert/strict";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { jsonBody, signedFetch } from "../../cli/signedFetch";
import { peopleOf } from "../../cli/people";
import type { AccessKey } from "../../local/iam/credentials";
import { startLocalCloud, type LocalCloud } from "../../local/localCloud";

const roleArn = "arn:aws:iam::000000000000:role/team/relay/job-operators";
const processes = {
  unchecked: { steps: [{ invoke: "sleep" }, { handoff: { name: "approval", deadline: "1h" } }] },
};

/** Where nobody but operators sees jobs of others. */
const start = (config: Readonly<Record<string, string>> = {}) =>
  startLocalCloud({
    stack: "dev",
    config: {
      "jobrelay:processes": JSON.stringify(processes),
      "jobrelay:triggers": "{}",
      "jobrelay:egress": "{}",
      "jobrelay:monitoring": "none",
      "jobrelay:visibility": "own",
      "jobrelay:operatorArns": JSON.stringify([roleArn]),
      ...config,
    },
    ...{ apiPort: 0, endpointPort: 0, log: () => undefined },
  });

/** A role that may call the API, in an account's own folder of roles. */
function createRole({ access }: LocalCloud, name: string, path: string): void {
  const trust = { Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" };
  const call = { Effect: "Allow", Action: "execute-api:Invoke", Resource: "*" };
  const document = (statement: object) => ({ Version: "2012-10-17", Statement: [statement] });
  access.roles.createRole({ name, path, assumeRolePolicy: document(trust) });
  access.roles.putRolePolicy(name, "call", document(call));
}

describe("Where callers see their own jobs only,", () => {
  let cloud: LocalCloud;
  const who: Record<"caller" | "stranger" | "operator", AccessKey | undefined> = {
    caller: undefined,
    stranger: undefined,
    operator: undefined,
  };
  before(async function () {
    this.timeout(60_000);
    cloud = await start();
    createRole(cloud, "job-operators", "/team/relay/");
    createRole(cloud, "others", "/team/");
    const assumed = async (RoleArn: string): Promise<AccessKey> => {
      const { endpointUrl: endpoint, region, operator: credentials } = cloud;
      const sts = new STSClient({ endpoint, region, credentials });
      const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "ann" }));
      sts.destroy();
      const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = Credentials ?? {};
      return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
    };
    who.caller = peopleOf(cloud).caller;
    who.operator = await assumed(roleArn);
    who.stranger = await assumed("arn:aws:iam::000000000000:role/team/others");
  });
  after(() => cloud.stop());

  const call = async (person: keyof typeof who, method: string, path: string, body?: object) => {
    const credentials = who[person];
    if (!credentials) throw new Error(`nobody is the ${person}`);
    const url = `${String(cloud.outputs["apiUrl"])}${path}`;
    const signer = { region: cloud.region, credentials };
    const response = await signedFetch(signer, method, url, body && jsonBody(body));
    return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
  };
  const submit = async (seconds: unknown) => {
    const { answer } = await call("caller", "POST", "/jobs", {
      process: "unchecked",
      parameters: { seconds },
    });
    return String(answer["jobId"]);
  };
  const until = async (jobId: string, status: string) => {
    const deadline = Date.now() + 15_000;
    for (;;) {
      const { answer } = await call("caller", "GET", `/jobs/${jobId}`);
      if (answer["status"] === status) return;
      if (Date.now() > deadline) throw new Error(`${jobId} is ${String(answer["status"])}, not ${status}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  };

  it("a session of the operators' role sees, cancels and redrives all, and others do not", async () => {
    const [waiting, failed] = [await submit(0), await submit("none")];
    await until(waiting, "WAITING");
    await until(failed, "FAILED");
    const routes: [method: string, path: string, status: number][] = [
      ["GET", `/jobs/${waiting}`, 200],
      ["GET", `/jobs/${waiting}?view=full`, 200],
      ["POST", `/jobs/${waiting}/cancel`, 202],
      ["POST", `/jobs/${failed}/redrive`, 202],
    ];
    for (const [method, path, status] of routes) {
      equal((await call("stranger", method, path)).status, 404, `${method} ${path}`);
      equal((await call("operator", method, path)).status, status, `${method} ${path}`);
    }
    const seen = async (person: keyof typeof who) => {
      const { jobs } = (await call(person, "GET", "/jobs")).answer as { jobs: { jobId: string }[] };
      return jobs.map(({ jobId }) => jobId).sort();
    };
    deepEqual([await seen("stranger"), await seen("operator")], [[], [waiting, failed].sort()]);
    deepEqual(await seen("caller"), await seen("operator"));
  });

  it("an operator that cannot be one stops the program, with the rule and the remedy", () =>
    rejects(start({ "jobrelay:operatorArns": '["arn:aws:sts::000000000000:assumed-role/ops/ann"]' }), {
      message: /jobrelay:operatorArns has arn:aws:sts.*Rule: the ARN of an IAM role or user.*Remedy: write/,
    }));
});
