import { deepEqual } from "node:assert/strict";
import { handleInTurn, handleMessages, unfinished } from "../../functions/lib/batchResponse";
import { sqsEvent } from "../helpers/lambdaEvents";
import { loggedBy } from "../helpers/loggedBy";

/** How many are under way when each message of a batch of seven ends. */
async function underWay(handle: typeof handleMessages): Promise<number[]> {
  const seen: number[] = [];
  let now = 0;
  await handle(sqsEvent(..."abcdefg"), async () => {
    now += 1;
    await new Promise((resolve) => setImmediate(resolve));
    seen.push(now);
    now -= 1;
  });
  return seen;
}

describe("The messages of a batch", () => {
  it("are handled five at the same time", async () => {
    deepEqual(await underWay(handleMessages), [5, 5, 5, 4, 3, 2, 1]);
  });

  it("are handled one after another where that is asked for", async () => {
    deepEqual(await underWay(handleInTurn), [1, 1, 1, 1, 1, 1, 1]);
  });

  for (const handle of [handleMessages, handleInTurn]) {
    it(`go back to their queue when they fail or are unfinished, and no others (${handle.name})`, async () => {
      const outcomes: Record<string, () => void> = {
        "not yet": () => {
          throw unfinished("the time is up");
        },
        wrong: () => {
          throw new TypeError("it is wrong");
        },
      };
      const { result, lines } = await loggedBy(() =>
        handle(sqsEvent("not yet", "good", "wrong"), async ({ body }) => outcomes[body]?.()),
      );
      deepEqual(result, {
        batchItemFailures: [{ itemIdentifier: "message-1" }, { itemIdentifier: "message-3" }],
      });
      deepEqual(
        lines.map(({ level, message, messageId }) => [level, message, messageId]),
        [
          ["INFO", "message stays", "message-1"],
          ["ERROR", "message failed", "message-3"],
        ],
      );
    });
  }
});
