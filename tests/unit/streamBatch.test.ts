import { deepEqual } from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import { handleJobChanges } from "../../functions/lib/streamBatch";
import { aJob } from "../helpers/jobs";
import { streamEvent } from "../helpers/lambdaEvents";
import { loggedBy } from "../helpers/loggedBy";

/** Changes of jobs with these ids. */
const changes = (...jobIds: string[]) => streamEvent(...jobIds.map((jobId) => ({ now: aJob({ jobId }) })));

describe("The changes of a batch of the stream", () => {
  it("are handled in their order where they are of one job, and beside each other where they are not", async () => {
    const done: string[] = [];
    const answer = await handleJobChanges(changes("slow", "slow", "quick"), async ({ jobId }) => {
      done.push(`${jobId} begins`);
      for (let turn = 0; turn < (jobId === "slow" ? 3 : 1); turn++) await nextTurn();
      done.push(`${jobId} ends`);
    });
    deepEqual(answer, { batchItemFailures: [] });
    deepEqual(done, [
      ...["slow begins", "quick begins", "quick ends"],
      ...["slow ends", "slow begins", "slow ends"],
    ]);
  });

  it("are not begun any more after one that fails, from which on all come again", async () => {
    const begun: string[] = [];
    const { result, lines } = await loggedBy(() =>
      handleJobChanges(changes(..."abcdefgh"), async ({ jobId }) => {
        begun.push(jobId);
        await nextTurn();
        if ("bd".includes(jobId)) throw new Error("no");
      }),
    );
    deepEqual(result, { batchItemFailures: [{ itemIdentifier: "102" }] });
    // The first one had ended, so that one more was begun.
    deepEqual(begun.join(""), "abcdef");
    deepEqual(
      lines.map(({ message, jobId }) => [message, jobId]),
      [
        ["record failed", "b"],
        ["record failed", "d"],
      ],
    );
  });
});
