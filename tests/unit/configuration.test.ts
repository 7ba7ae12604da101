import { deepEqual, throws } from "node:assert/strict";
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { readStackSettings } from "../../components/stackSettings";
import { readStackConfig } from "../../local/runtime/stackConfig";
import { inNewFolder } from "../helpers/folders";

describe("Settings of a wrong type are refused", () => {
  const wrong: [key: string, value: string][] = [
    ["jobRetentionDays", "7d"],
    ["logRetentionDays", "1 year"],
    ["burst", "1,000"],
    ["notifyEmails", '{"a":1}'],
    ["notifyEmails", '"ann@example.com"'],
    ["notifyUrls", "[1]"],
    ["trustedCallers", "111122223333"],
  ];
  for (const [key, value] of wrong) {
    it(`${key} is ${value}`, () => {
      pulumi.runtime.setAllConfig({ [`jobrelay:${key}`]: value });
      throws(() => readStackSettings(new pulumi.Config("jobrelay")), new RegExp(`jobrelay:${key}`));
    });
  }
});

describe("A stack's file may be", () => {
  const read = (project: string, stack: string) =>
    inNewFolder(async (folder) => {
      writeFileSync(path.join(folder, "Pulumi.yaml"), `name: relay\nruntime: nodejs\n${project}`);
      writeFileSync(path.join(folder, "Pulumi.dev.yaml"), stack);
      return readStackConfig(folder, "dev").values;
    });
  it("empty", async () => deepEqual(await read("", ""), {}));
  it("nothing but a comment", async () => deepEqual(await read("", "# Nothing yet.\n"), {}));
  it("that of a project whose config is empty", async () =>
    deepEqual(await read("config:\n", "config: {}"), {}));
  it("one with a secret, which is no value: the key is named and the text is not taken", async () => {
    const values = await read("", "config:\n  relay:a: { secure: v1:abc }").catch(() => ({}));
    deepEqual(values, {});
  });
});
