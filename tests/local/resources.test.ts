import { deepEqual, equal, match, rejects, throws } from "node:assert/strict";
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import type { Cloud } from "../../local/cloud";
import { RegisteredTags } from "../../local/services/tagging/registeredTags";
import {
  checkInputs,
  physicalName,
  UnsupportedResourceError,
  type Adapters,
  type Resource,
  type ResourceAdapter,
} from "../../local/resources/adapter";
import { adapters as knownAdapters } from "../../local/resources/registry";
import { cloudHost } from "../../local/runtime/cloudHost";
import { runProgram, type Registration } from "../../local/runtime/program";
import { inNewFolder } from "../helpers/folders";
import { forgetPromises } from "../helpers/pulumiPromises";

const stack = { project: "jobrelay", stack: "dev", values: {} };
/** For what does nothing with it. */
const noCloud = {
  account: { accountId: "000000000000", region: "eu-west-1", partition: "aws" },
  tags: { others: new RegisteredTags() },
} as unknown as Cloud;

const queue: Registration = { type: "aws:sqs/queue:Queue", name: "jobs", inputs: {}, custom: true };

/** An adapter that knows `delay`, passes over `encrypted`, and remembers what it made. */
function recordingAdapter(): ResourceAdapter & { made: Resource[] } {
  const made: Resource[] = [];
  return {
    made,
    inputs: ["delay"],
    withoutEffect: ["encrypted"],
    create(resource) {
      made.push(resource);
      return { id: resource.physicalName, state: { ...resource.inputs, arn: "arn:made" } };
    },
  };
}

/** Runs a program on adapters for queues only. */
function run(program: string, adapters: Adapters) {
  return inNewFolder(async (folder) => {
    const entry = path.join(folder, "index.js");
    const pulumi = JSON.stringify(require.resolve("@pulumi/pulumi"));
    writeFileSync(entry, `const pulumi = require(${pulumi});\n${program}`);
    return runProgram(entry, stack, cloudHost(noCloud, adapters, stack));
  });
}

const unsupported = (message: string) => ({ name: "UnsupportedResourceError", message });

describe("The local cloud brings a resource to life", () => {
  it("with its inputs and a physical name, and gives the program what it became", async () => {
    const adapter = recordingAdapter();
    const outputs = await run(
      `const made = new pulumi.CustomResource("aws:sqs/queue:Queue", "jobs", { delay: 3, arn: undefined });
       module.exports = { arn: made.arn, id: made.id };`,
      { "aws:sqs/queue:Queue": adapter },
    );
    const name = physicalName(queue, "jobrelay", "dev");
    deepEqual(outputs, { arn: "arn:made", id: name });
    deepEqual(
      adapter.made.map(({ type, name, inputs, physicalName }) => ({ type, name, inputs, physicalName })),
      [{ type: queue.type, name: "jobs", inputs: { delay: 3 }, physicalName: name }],
    );
  });

  it("with secrets as they are, however deep, and leaves other kinds of values alone", async () => {
    const adapter = recordingAdapter();
    await run(
      `const delay = { list: [pulumi.secret("hush"), 1], map: { deep: pulumi.secret({ a: "b" }) }, nothing: null };
       const asset = new pulumi.asset.StringAsset("text");
       new pulumi.CustomResource("aws:sqs/queue:Queue", "jobs", { delay, encrypted: asset });`,
      { "aws:sqs/queue:Queue": adapter },
    );
    const inputs: Resource["inputs"] = adapter.made[0]?.inputs ?? {};
    deepEqual(inputs["delay"], { list: ["hush", 1], map: { deep: { a: "b" } }, nothing: null });
    equal(await (inputs["encrypted"] as { text: Promise<string> }).text, "text");
  });

  it("and has no outputs of what the program leaves undefined, and no warnings either", async () => {
    const warned: unknown[] = [];
    const { warn } = console;
    console.warn = (...line: unknown[]) => void warned.push(line);
    try {
      deepEqual(await run("module.exports = { url: 'x', secretArn: undefined, nothing: null };", {}), {
        url: "x",
        nothing: null,
      });
    } finally {
      console.warn = warn;
    }
    deepEqual(warned, []);
  });

  it("unless it is a component, which has no life of its own", async () => {
    const host = cloudHost(noCloud, {}, stack);
    const component = { ...queue, type: "jobrelay:JobStore", inputs: { a: 1 }, custom: false };
    deepEqual(await host.create(component), { id: "", state: { a: 1 } });
  });
});

describe("The start of the local cloud stops", () => {
  after(forgetPromises);

  it("at a resource of a type that it does not know, with its type and name", async () => {
    const adapter = recordingAdapter();
    await rejects(
      run(`new pulumi.CustomResource("aws:kinesis/stream:Stream", "clicks", {});`, {
        "aws:sqs/queue:Queue": adapter,
      }),
      unsupported(
        "The local cloud does not know resources of type aws:kinesis/stream:Stream (clicks). " +
          "Add an adapter in local/resources/, or list it in passive.ts if it has no effect on a laptop.",
      ),
    );
    deepEqual(adapter.made, []);
  });

  it("at an input that the adapter does not know, with its name, and the resource is not made", async () => {
    const adapter = recordingAdapter();
    const program = `new pulumi.CustomResource("aws:sqs/queue:Queue", "jobs", { delay: 1, fifoQueue: true });`;
    await rejects(
      run(program, { "aws:sqs/queue:Queue": adapter }),
      unsupported(
        "The local cloud does not know fifoQueue of aws:sqs/queue:Queue (jobs). " +
          "Teach its adapter in local/resources/, or say there that it has no effect on a laptop.",
      ),
    );
    deepEqual(adapter.made, []);
  });

  it("at a provider function that it does not know, with its name", () => {
    throws(
      () => cloudHost(noCloud, knownAdapters, stack).invoke("aws:ec2/getAmi:getAmi", {}),
      unsupported("The local cloud does not know the provider function aws:ec2/getAmi:getAmi."),
    );
  });

  it("with the error of an adapter", async () => {
    const failing: ResourceAdapter = {
      inputs: [],
      create: () => Promise.reject(new Error("the queue exists already")),
    };
    await rejects(
      run(`new pulumi.CustomResource("aws:sqs/queue:Queue", "jobs", {});`, { [queue.type]: failing }),
      {
        message: "the queue exists already",
      },
    );
  });
});

describe("The inputs of a resource", () => {
  const taken: [title: string, inputs: object][] = [
    ["there are none", {}],
    ["its adapter acts upon them", { delay: 1 }],
    ["they make no difference on a laptop", { encrypted: true }],
    ["they are tags", { tags: { owner: "ann" } }],
    ["an unknown one has no value", { fifoQueue: undefined }],
  ];
  for (const [title, inputs] of taken) {
    it(`are taken when ${title}`, () => checkInputs({ ...queue, inputs: { ...inputs } }, recordingAdapter()));
  }

  const refused: [title: string, inputs: object, unknown: string][] = [
    ["one is unknown", { delay: 1, fifoQueue: true }, "fifoQueue"],
    ["several are, and are all named", { fifoQueue: true, delay: 1, kmsKey: "k" }, "fifoQueue, kmsKey"],
    ["an unknown one is false", { fifoQueue: false }, "fifoQueue"],
    ["an unknown one is null", { fifoQueue: null }, "fifoQueue"],
    ["one is spelled otherwise", { Delay: 1 }, "Delay"],
  ];
  for (const [title, inputs, unknown] of refused) {
    it(`are refused when ${title}`, () =>
      throws(
        () => checkInputs({ ...queue, inputs: { ...inputs } }, recordingAdapter()),
        (error) => {
          equal(error instanceof UnsupportedResourceError, true);
          match(
            (error as Error).message,
            new RegExp(`does not know ${unknown} of aws:sqs/queue:Queue \\(jobs\\)`),
          );
          return true;
        },
      ));
  }

  it("are either acted upon or passed over, never both", () => {
    const both = Object.entries(knownAdapters).flatMap(([type, { inputs, withoutEffect = [] }]) =>
      inputs.filter((input) => withoutEffect.includes(input)).map((input) => `${type} ${input}`),
    );
    deepEqual(both, []);
  });
});

describe("The physical name of a resource", () => {
  it("is the same at each start, so that what people pasted goes on working", () => {
    // As it was when this test was written.
    equal(physicalName(queue, "jobrelay", "dev"), "jobs-67bd8da");
  });

  const others: [title: string, name: () => string][] = [
    ["another stack", () => physicalName(queue, "jobrelay", "prod")],
    ["another project", () => physicalName(queue, "other", "dev")],
    ["another type", () => physicalName({ ...queue, type: "aws:sns/topic:Topic" }, "jobrelay", "dev")],
    ["another resource", () => physicalName({ ...queue, name: "jobs2" }, "jobrelay", "dev")],
  ];
  for (const [title, name] of others) {
    it(`is another in ${title}`, () => {
      match(name(), /^jobs2?-[0-9a-f]{7}$/);
      equal(name().slice(-7) === physicalName(queue, "jobrelay", "dev").slice(-7), false);
    });
  }

  it("does not depend on the inputs", () => {
    equal(
      physicalName({ ...queue, inputs: { delay: 1 } }, "jobrelay", "dev"),
      physicalName(queue, "jobrelay", "dev"),
    );
  });
});
