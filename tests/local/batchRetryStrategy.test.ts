import assert from "node:assert/strict";
import { readRetryStrategy, retries, type AttemptFailure } from "../../local/services/batch/retryStrategy";

const host: AttemptFailure = { statusReason: "Host EC2 (instance i-1) terminated." };
const own: AttemptFailure = { statusReason: "Essential container in task exited", exitCode: 137 };
const pull: AttemptFailure = {
  statusReason: "Task failed to start",
  reason: "CannotPullContainerError: timeout",
};

const retryHosts = [
  { onStatusReason: "Host EC2*", action: "RETRY" },
  { onReason: "*", action: "EXIT" },
];

describe("A retry strategy", () => {
  for (const [evaluateOnExit, failure, expected] of [
    [[], own, true],
    [retryHosts, host, true],
    [retryHosts, own, false],
    [[{ onExitCode: "13*", action: "exit" }], own, false],
    [[{ onExitCode: "13", action: "EXIT" }], own, true],
    [[{ onExitCode: "137", onReason: "OutOfMemoryError:*", action: "EXIT" }], own, true],
    [[{ onReason: "CannotPullContainerError:*", action: "EXIT" }], pull, false],
    [[{ onReason: "cannotPull*", action: "EXIT" }], pull, true],
    [[{ onExitCode: "1*", action: "EXIT" }], pull, true],
    [
      [
        { onExitCode: "137", action: "RETRY" },
        { onExitCode: "*", action: "EXIT" },
      ],
      own,
      true,
    ],
  ] as const) {
    const outcome = expected ? "retries" : "leaves";
    it(`${outcome} "${failure.reason ?? failure.statusReason}" by ${JSON.stringify(evaluateOnExit)}`, () => {
      const strategy = readRetryStrategy({ retryStrategy: { attempts: 2, evaluateOnExit } });
      assert.ok(strategy);
      assert.equal(retries(strategy, 1, failure), expected);
      assert.equal(retries(strategy, 2, failure), false);
    });
  }

  for (const [retryStrategy, message] of [
    [{ attempts: 0 }, "attempts must be between 1 and 10, and is 0."],
    [{ attempts: 11 }, "attempts must be between 1 and 10, and is 11."],
    [{ evaluateOnExit: retryHosts }, "evaluateOnExit requires attempts in retryStrategy."],
    [
      { attempts: 2, evaluateOnExit: Array(6).fill(retryHosts[0]) },
      "evaluateOnExit can have at most 5 entries.",
    ],
    [
      { attempts: 2, evaluateOnExit: [{ onExitCode: "*7", action: "EXIT" }] },
      "onExitCode in evaluateOnExit is not a valid pattern: *7",
    ],
    [{ attempts: 2, evaluateOnExit: [{ action: "EXIT" }] }, "An entry of evaluateOnExit needs a condition."],
    [
      { attempts: 2, evaluateOnExit: [{ onReason: "*", action: "WAIT" }] },
      "action in evaluateOnExit must be RETRY or EXIT, and is WAIT.",
    ],
  ] as const) {
    it(`is refused: ${message}`, () => {
      assert.throws(() => readRetryStrategy({ retryStrategy }), { code: "ClientException", message });
    });
  }
});
