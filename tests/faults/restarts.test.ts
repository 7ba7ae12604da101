import { deepEqual, equal, rejects } from "node:assert/strict";
import type { CloudFaults } from "../../local/endpoint/faults/cloudFaults";
import type { Principal } from "../../local/iam/principal";
import type { StreamRecord, StreamSource } from "../../local/services/lambda/eventSources/streamSource";
import { Restarts } from "./restarts";
import { StreamWatch } from "./watchedFaults";

/** At how many accepted jobs a run of that seed is restarted. */
async function restartsOf(seed: number, restarts: number, jobs: number): Promise<number[]> {
  const [at, now]: [number[], { accepted: number }] = [[], { accepted: 0 }];
  const planned = new Restarts({ seed, restarts, jobs }, async () => void at.push(now.accepted));
  for (now.accepted = 1; now.accepted <= jobs; now.accepted++) {
    planned.pass(now.accepted);
    await planned.ended();
  }
  equal(planned.done, restarts);
  return at;
}

describe("Restarts in the middle of a run", () => {
  it("are spread over the jobs, and come at the same jobs for the same seed", async () => {
    const at = await restartsOf(1, 2, 300);
    deepEqual(await restartsOf(1, 2, 300), at);
    const [first = 0, second = 0] = at;
    deepEqual([Math.abs(first - 100) <= 25, Math.abs(second - 200) <= 25], [true, true]);
  });

  it("are done in the smallest run, too", async () => {
    deepEqual(await restartsOf(1, 1, 1), [1]);
  });

  it("tell at the end when one failed", async () => {
    const failing = new Restarts({ seed: 1, restarts: 1, jobs: 1 }, () =>
      Promise.reject(new Error("no start")),
    );
    failing.pass(1);
    await rejects(failing.ended(), /no start/);
    equal(failing.done, 0);
  });
});

describe("Watching a stream over a restart", () => {
  it("sees each record once, those that the next cloud has kept not again", async () => {
    const seen: string[] = [];
    const watch = new StreamWatch(({ dynamodb }) => void seen.push(dynamodb.SequenceNumber));
    const open = (numbers: readonly string[]) =>
      watch.over(undisturbed).streams(sourceOf(numbers)).open("stream", "LATEST", principal);
    await open(["1", "2"]);
    await watch.change();
    await open(["1", "2", "3"]);
    await watch.stop();
    deepEqual(seen, ["1", "2", "3"]);
  });
});

const principal: Principal = { kind: "service", service: "lambda.amazonaws.com", sourceArn: "*" };

const undisturbed: CloudFaults = {
  call: (_service, request, carryOut) => carryOut(request),
  streams: (source) => source,
  interruption: () => undefined,
};

/** A stream with these records, and no more. */
function sourceOf(numbers: readonly string[]): StreamSource {
  const records = numbers.map((number) => ({ dynamodb: { SequenceNumber: number } }) as StreamRecord);
  return {
    open: () => {
      let position = 0;
      return Promise.resolve({
        next: async (limit: number, signal: AbortSignal) => {
          const next = records.slice(position, position + limit);
          position += next.length;
          if (next.length === 0 && !signal.aborted) {
            await new Promise((resolve) => signal.addEventListener("abort", resolve));
          }
          return next;
        },
        get position() {
          return position;
        },
        seek: (to: number) => void (position = to),
        close: () => undefined,
      });
    },
  };
}
