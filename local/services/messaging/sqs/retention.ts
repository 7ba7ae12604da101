import type { JsonObject } from "../../jsonProtocol";
import { attributesOf } from "./queueAttributes";
import type { QueueEngine } from "./queueEngine";

interface Received extends JsonObject {
  readonly ReceiptHandle: string;
  readonly Attributes: Readonly<Record<string, string>>;
}

/**
 * ReceiveMessage without messages that are older than the queue keeps them: the engine keeps all, so they are deleted
 * here when they would be received.
 * @param now milliseconds since the epoch
 */
export async function receiveKept(
  engine: QueueEngine,
  queueName: string,
  input: JsonObject,
  now: () => number,
): Promise<JsonObject> {
  const oldest = await oldestKept(engine, queueName, now());
  const names = [...namesIn(input["MessageSystemAttributeNames"]), "SentTimestamp"];
  for (;;) {
    const output = await engine.call("ReceiveMessage", queueName, {
      ...input,
      MessageSystemAttributeNames: names,
    });
    const messages = (output["Messages"] ?? []) as Received[];
    const kept = messages.filter(({ Attributes: { SentTimestamp: sent } }) => Number(sent) >= oldest);
    for (const { ReceiptHandle } of messages.filter((message) => !kept.includes(message))) {
      await engine.call("DeleteMessage", queueName, { ReceiptHandle });
    }
    if (kept.length > 0)
      return { ...output, Messages: wantsTimestamp(input) ? kept : kept.map(withoutTimestamp) };
    if (messages.length === 0) return output;
  }
}

/** When the oldest message was sent that the queue still keeps. */
async function oldestKept(engine: QueueEngine, queueName: string, now: number): Promise<number> {
  const input = { AttributeNames: ["MessageRetentionPeriod"] };
  const { MessageRetentionPeriod: seconds } = attributesOf(
    await engine.call("GetQueueAttributes", queueName, input),
  );
  return now - Number(seconds) * 1000;
}

function wantsTimestamp({ AttributeNames: old, MessageSystemAttributeNames: names }: JsonObject): boolean {
  return [...namesIn(old), ...namesIn(names)].some((name) => name === "All" || name === "SentTimestamp");
}

function namesIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function withoutTimestamp({ Attributes: attributes, ...message }: Received): JsonObject {
  const others = Object.entries(attributes).filter(([name]) => name !== "SentTimestamp");
  return others.length === 0 ? message : { ...message, Attributes: Object.fromEntries(others) };
}
