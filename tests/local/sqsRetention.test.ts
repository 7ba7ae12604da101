import assert from "node:assert/strict";
import type { JsonObject } from "../../local/services/jsonProtocol";
import type { QueueEngine } from "../../local/services/messaging/sqs/queueEngine";
import { receiveKept } from "../../local/services/messaging/sqs/retention";

const now = 1_000_000_000;

/** A queue that keeps messages for a minute, and gives these at each call. Sent times are seconds ago. */
function queueOf(...batches: readonly (readonly [handle: string, secondsAgo: number])[][]) {
  const left = [...batches];
  const deleted: unknown[] = [];
  const asked: unknown[] = [];
  const engine: QueueEngine = {
    async call(operation, _name, input) {
      if (operation === "GetQueueAttributes") return { Attributes: { MessageRetentionPeriod: "60" } };
      if (operation === "DeleteMessage") return (deleted.push(input["ReceiptHandle"]), {});
      assert.equal(operation, "ReceiveMessage");
      asked.push(input);
      const messages = (left.shift() ?? []).map(([ReceiptHandle, secondsAgo]) => ({
        ReceiptHandle,
        Attributes: { SenderId: "ann", SentTimestamp: String(now - secondsAgo * 1000) },
      }));
      return messages.length > 0 ? { Messages: messages } : {};
    },
    interruptReceives: () => undefined,
    save: () => [],
    restore: () => undefined,
    stop: async () => undefined,
  };
  const receive = (input: JsonObject = {}) => receiveKept(engine, "jobs", input, () => now);
  return { receive, deleted, asked };
}

const handles = ({ Messages = [] }: JsonObject) =>
  (Messages as JsonObject[]).map(({ ReceiptHandle }) => ReceiptHandle);

describe("A queue that keeps messages for a minute", () => {
  it("gives those of the last minute, and deletes the older ones", async () => {
    const { receive, deleted } = queueOf([
      ["a", 61],
      ["b", 60],
      ["c", 0],
    ]);
    assert.deepEqual(handles(await receive()), ["b", "c"]);
    assert.deepEqual(deleted, ["a"]);
  });

  it("looks further behind older ones, until there are newer ones or none", async () => {
    const newer = queueOf([["a", 99]], [["b", 61]], [["c", 1]]);
    assert.deepEqual(handles(await newer.receive()), ["c"]);
    const none = queueOf([["a", 99]]);
    assert.deepEqual(await none.receive(), {});
    assert.deepEqual([newer.deleted, none.deleted], [["a", "b"], ["a"]]);
  });

  const requests: readonly (readonly [title: string, input: JsonObject, attributes: object])[] = [
    ["only what it was asked for", {}, { SenderId: "ann" }],
    [
      "when it was sent, by name",
      { AttributeNames: ["SentTimestamp"] },
      { SenderId: "ann", SentTimestamp: String(now) },
    ],
    ["all of it", { MessageSystemAttributeNames: ["All"] }, { SenderId: "ann", SentTimestamp: String(now) }],
  ];
  for (const [title, input, Attributes] of requests) {
    it(`tells of a message ${title}`, async () => {
      const { receive, asked } = queueOf([["a", 0]]);
      assert.deepEqual(await receive(input), { Messages: [{ ReceiptHandle: "a", Attributes }] });
      const names = [...((input["MessageSystemAttributeNames"] as string[]) ?? []), "SentTimestamp"];
      assert.deepEqual(asked, [{ ...input, MessageSystemAttributeNames: names }]);
    });
  }
});
