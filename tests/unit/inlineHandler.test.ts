import { deepEqual, equal, throws } from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { inlineHandler, variableName } from "../../components/inlineHandler";

interface Settings {
  readonly tableName: string;
  readonly retentionDays: number;
  readonly processes: Readonly<Record<string, object>>;
  readonly topicArn?: string;
}

/** What the handler was made with. */
type Made = () => Promise<Settings>;

/** A factory whose handler answers with the settings that it was given. */
const echo =
  (settings: Settings): Made =>
  async () =>
    settings;

const plain: Settings = { tableName: "jobs", retentionDays: 7, processes: { sleep: { a: 1 } } };

/** What the handler is made with where the environment has these variables. */
async function settingsIn(environment: Record<string, string>, create: () => unknown): Promise<Settings> {
  const before = { ...process.env };
  Object.assign(process.env, environment);
  try {
    return await (create() as Made)();
  } finally {
    for (const name of Object.keys(environment)) delete process.env[name];
    Object.assign(process.env, before);
  }
}

/** The environment, resolved. */
async function resolved(environment: Readonly<Record<string, pulumi.Output<string>>>) {
  return new Promise((resolve) => void pulumi.all(environment).apply(resolve));
}

describe("An inline handler", () => {
  it("carries plain settings in its closure, and needs no environment for them", async () => {
    const { create, environment } = inlineHandler(echo, plain);
    deepEqual([await resolved(environment), await settingsIn({}, create)], [{}, plain]);
  });

  it("has outputs in the environment, under names of their own, and reads them from there", async () => {
    const { create, environment } = inlineHandler(echo, {
      ...plain,
      tableName: pulumi.output("jobs-1234567"),
      topicArn: pulumi.output("arn:topic"),
    });
    deepEqual(await resolved(environment), { TABLE_NAME: "jobs-1234567", TOPIC_ARN: "arn:topic" });
    deepEqual(await settingsIn({ TABLE_NAME: "another", TOPIC_ARN: "arn:another" }, create), {
      ...plain,
      tableName: "another",
      topicArn: "arn:another",
    });
  });

  it("reads its environment when it is made, not when the program runs", () => {
    const { create } = inlineHandler(echo, { ...plain, tableName: pulumi.output("jobs") });
    throws(create, { message: "the environment variable TABLE_NAME is not set" });
  });

  it("takes an empty variable for a value", async () => {
    const { create } = inlineHandler(echo, { ...plain, tableName: pulumi.output("") });
    equal((await settingsIn({ TABLE_NAME: "" }, create)).tableName, "");
  });

  it("has the same code whatever its outputs are, and other code when a plain setting differs", async () => {
    const codeOf = async (settings: Parameters<typeof inlineHandler<Settings>>[1]) => {
      const { create } = inlineHandler(echo, settings);
      return (await pulumi.runtime.serializeFunction(create, { isFactoryFunction: true })).text;
    };
    const [dev, prod, other] = await Promise.all([
      codeOf({ ...plain, tableName: pulumi.output("jobs-of-dev") }),
      codeOf({ ...plain, tableName: pulumi.output("jobs-of-prod") }),
      codeOf({ ...plain, tableName: pulumi.output("jobs-of-dev"), retentionDays: 8 }),
    ]);
    deepEqual([dev === prod, dev === other, dev.includes("jobs-of-dev")], [true, false, false]);
  });

  it("makes one handler for each execution environment", () => {
    const { create } = inlineHandler(echo, plain);
    equal(create() === create(), false);
  });

  const names: [setting: string, variable: string][] = [
    ["tableName", "TABLE_NAME"],
    ["url", "URL"],
    ["stateMachineArnPrefix", "STATE_MACHINE_ARN_PREFIX"],
    ["level2Name", "LEVEL2_NAME"],
  ];
  for (const [setting, variable] of names) {
    it(`calls the variable of ${setting} ${variable}`, () => equal(variableName(setting), variable));
  }
});
