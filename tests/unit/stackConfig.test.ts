import { deepEqual, equal, throws } from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { readStackConfig } from "../../local/runtime/stackConfig";

describe("The configuration of a stack", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "stack-config-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Reads the stack `dev` of a folder with these two files. */
  const read = (projectConfig: string, stackConfig: string) => {
    writeFileSync(path.join(folder, "Pulumi.yaml"), `name: relay\nruntime: nodejs\n${projectConfig}`);
    writeFileSync(path.join(folder, "Pulumi.dev.yaml"), stackConfig);
    return readStackConfig(folder, "dev");
  };

  it("says of which project and stack it is", () => {
    deepEqual(read("", "config: {}"), { project: "relay", stack: "dev", values: {} });
  });

  const cases: [title: string, project: string, stack: string, values: Record<string, string>][] = [
    [
      "takes the stack's values",
      "config:\n  relay:a: { type: string }",
      "config:\n  relay:a: x",
      { "relay:a": "x" },
    ],
    [
      "falls back on the project's defaults",
      "config:\n  relay:a: { type: string, default: x }\n  relay:b: { type: string }",
      "config:\n  relay:b: y",
      { "relay:a": "x", "relay:b": "y" },
    ],
    [
      "puts the stack's value over the project's default",
      "config:\n  relay:a: { type: string, default: x }",
      "config:\n  relay:a: y",
      { "relay:a": "y" },
    ],
    [
      "puts a value of the project over its own default",
      "config:\n  aws:region: { value: eu-west-1, default: us-east-1 }",
      "config: {}",
      { "aws:region": "eu-west-1" },
    ],
    [
      "takes plain values of the project",
      "config:\n  aws:region: eu-west-1\n  relay:n: 3",
      "config: {}",
      { "aws:region": "eu-west-1", "relay:n": "3" },
    ],
    [
      "leaves out what the project only declares",
      "config:\n  relay:a: { type: string, description: A }",
      "config: {}",
      {},
    ],
    [
      "has defaults that JavaScript takes for nothing",
      "config:\n  relay:a: { type: boolean, default: false }\n  relay:b: { type: integer, default: 0 }\n" +
        '  relay:c: { type: string, default: "" }\n  relay:d: { type: array, default: [] }',
      "config: {}",
      { "relay:a": "false", "relay:b": "0", "relay:c": "", "relay:d": "[]" },
    ],
    [
      "puts every other value into text as JSON",
      "config: { relay:n: {}, relay:b: {}, relay:list: {}, relay:deep: {} }",
      "config:\n  relay:n: 1.5\n  relay:b: true\n  relay:list: [a, 1]\n  relay:deep: { a: { b: [true] } }",
      { "relay:n": "1.5", "relay:b": "true", "relay:list": '["a",1]', "relay:deep": '{"a":{"b":[true]}}' },
    ],
    [
      "keeps text that looks like a number",
      "config: { relay:a: {} }",
      'config:\n  relay:a: "007"',
      { "relay:a": "007" },
    ],
    [
      "gives keys without a namespace that of the project",
      "config:\n  a: { default: x }\n  relay:b: { type: string }",
      "config:\n  b: y",
      { "relay:a": "x", "relay:b": "y" },
    ],
    ["is empty when the stack's file has no config", "", "encryptionsalt: v1:abc", {}],
    ["is empty when the stack's config is", "", "config:", {}],
  ];
  for (const [title, project, stack, values] of cases) {
    it(title, () => deepEqual(read(project, stack).values, values));
  }

  it("puts the stack's value over the project's default even when only one of them names the project", () => {
    deepEqual(read("config:\n  a: { default: x }", "config:\n  relay:a: y").values, { "relay:a": "y" });
  });

  it("is an error that names the file when there is no such stack", () => {
    read("", "config: {}");
    throws(() => readStackConfig(folder, "prod"), {
      message: 'There is no stack "prod": Pulumi.prod.yaml does not exist.',
    });
  });

  const mistakes: [title: string, stack: string, message: RegExp | string][] = [
    ["is not YAML", "config: [}", /^Pulumi\.dev\.yaml cannot be read: .+ at line 1, column \d+\.$/],
    [
      "has a key twice",
      "config:\n  relay:a: x\n  relay:a: y",
      "Pulumi.dev.yaml cannot be read: Map keys must be unique at line 3, column 3.",
    ],
    ["is a list", "- a", "Pulumi.dev.yaml is no map with the key config."],
    ["is a word", "config", "Pulumi.dev.yaml is no map with the key config."],
    ["has a config that is no map", "config: 5", "Pulumi.dev.yaml: config is no map of keys to values."],
    [
      "has keys of the project that it does not declare",
      "config:\n  relay:a: x\n  relay:aa: x\n  bb: x\n  aws:other: x",
      "Pulumi.dev.yaml has what Pulumi.yaml does not declare: relay:aa, relay:bb. Correct the name, or declare it.",
    ],
  ];
  for (const [title, stack, message] of mistakes) {
    it(`is an error that names the file when it ${title}`, () => {
      throws(() => read("config:\n  relay:a: { type: string }", stack), {
        name: "StackConfigError",
        message,
      });
    });
  }

  it("of this project is the one that the dev stack has", () => {
    const { project, values } = readStackConfig(path.resolve(__dirname, "../.."), "dev");
    deepEqual(
      [project, values["aws:region"], values["jobrelay:protectData"]],
      ["jobrelay", "us-east-1", "false"],
    );
    equal(Object.keys(JSON.parse(values["jobrelay:processes"] ?? "") as object).includes("settlement"), true);
  });
});
