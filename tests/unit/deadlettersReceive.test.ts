import { deepEqual, rejects } from "node:assert/strict";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { receiveEach } from "../../cli/deadletters/receive";
import { connect } from "../../cli/deadletters/services";

const queueUrl = "https://sqs.eu-west-1.amazonaws.com/111122223333/callbacks-dead";

/** A queue that gives these messages, one after another, each with a new receipt. */
function queueOf(ids: readonly string[], refuse?: string) {
  const back: string[] = [];
  let received = 0;
  const send = async ({ input }: { input: { ReceiptHandle?: string; VisibilityTimeout: number } }) => {
    if (input.ReceiptHandle === undefined) {
      const id = ids[received++];
      return id === undefined
        ? {}
        : { Messages: [{ MessageId: id, ReceiptHandle: `${id}${received}`, Body: id }] };
    }
    if (refuse !== undefined) throw Object.assign(new Error("no"), { name: refuse });
    back.push(`${input.ReceiptHandle} in ${input.VisibilityTimeout} s`);
    return {};
  };
  return { sqs: { send } as unknown as SQSClient, back };
}

/** The bodies that are received, when the messages with these are kept. */
async function receive(sqs: SQSClient, kept: readonly string[], limit?: number): Promise<string[]> {
  const bodies: string[] = [];
  for await (const received of receiveEach(sqs, { queueUrl, limit, visibilityTimeoutSeconds: 60 })) {
    bodies.push(received.body);
    if (kept.includes(received.body)) received.keep();
  }
  return bodies;
}

describe("The messages of a dead-letter queue", () => {
  it("are received one after another, and those that are kept are put back at the end", async () => {
    const { sqs, back } = queueOf(["a", "b", "c"]);
    deepEqual(
      [await receive(sqs, ["a", "c"]), back],
      [
        ["a", "b", "c"],
        ["a1 in 0 s", "c3 in 0 s"],
      ],
    );
  });

  it("are received no more often than is asked for", async () => {
    const { sqs, back } = queueOf(["a", "b", "c"]);
    deepEqual([await receive(sqs, ["a"], 2), back], [["a", "b"], ["a1 in 0 s"]]);
  });

  it("are received once each: one that comes again is the end, and is put back by its last receipt", async () => {
    const { sqs, back } = queueOf(["a", "b", "a", "b"]);
    deepEqual(
      [await receive(sqs, ["a", "b"]), back],
      [
        ["a", "b"],
        ["a3 in 0 s", "b2 in 0 s"],
      ],
    );
  });

  it("are put back when something goes wrong with one, and that one first of all", async () => {
    const { sqs, back } = queueOf(["a", "b"]);
    const fail = async () => {
      for await (const { body } of receiveEach(sqs, { queueUrl, visibilityTimeoutSeconds: 60 })) {
        if (body === "b") throw new Error("it failed");
      }
    };
    await rejects(fail(), { message: "it failed" });
    deepEqual(back, ["b2 in 0 s"]);
  });

  for (const name of ["MessageNotInflight", "InvalidParameterValue"]) {
    it(`may be back already: ${name}`, async () =>
      deepEqual(await receive(queueOf(["a"], name).sqs, ["a"]), ["a"]));
  }

  it("are not taken to be back when SQS says anything else", () =>
    rejects(receive(queueOf(["a"], "AccessDenied").sqs, ["a"]), { name: "AccessDenied" }));
});

describe("The services that dead letters have to do with", () => {
  it("are where the queues are, whatever region is set", async () => {
    const services = await connect({ kind: "stack" }, [{ name: "callbacks", url: queueUrl }]);
    try {
      deepEqual(
        [await services.sqs.config.region(), await services.lambda.config.region()],
        ["eu-west-1", "eu-west-1"],
      );
    } finally {
      services.destroy();
    }
  });
});
