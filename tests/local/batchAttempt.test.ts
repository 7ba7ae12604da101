import assert from "node:assert/strict";
import { JobAttempt } from "../../local/services/batch/attempt";
import type { Container, ContainerExit, ContainerSpec } from "../../local/services/batch/container/container";
import { ManualClock } from "../helpers/stepFunctions";

const spec: ContainerSpec = {
  image: "busybox",
  command: ["true"],
  environment: {},
  vcpus: 0.25,
  memoryMib: 512,
  onLine: () => undefined,
};

/** A container that does what the test says, and notes what is done to it. */
class StandIn implements Container {
  alive = true;
  readonly calls: string[] = [];
  exit: (exit: ContainerExit) => void = () => undefined;
  readonly exited = new Promise<ContainerExit>((resolve) => (this.exit = resolve));

  terminate(): void {
    this.calls.push("terminate");
  }

  kill(): void {
    this.calls.push("kill");
  }
}

describe("An attempt at a Batch job", () => {
  let clock: ManualClock;
  let container: StandIn;

  beforeEach(() => {
    clock = new ManualClock();
    container = new StandIn();
  });

  /** Starts an attempt; `meanwhile` happens while the container is being started. */
  const begin = async (meanwhile: (attempt: JobAttempt) => void = () => undefined) => {
    let running = () => undefined as void;
    const started = new Promise<void>((resolve) => (running = resolve));
    const start = () => {
      meanwhile(attempt);
      return Promise.resolve(container);
    };
    const attempt: JobAttempt = new JobAttempt({
      ...{ spec, clock, stopTimeoutMilliseconds: 30_000, timeoutSeconds: 60 },
      runtime: () => Promise.resolve({ start }),
      started: running,
    });
    const result = attempt.run();
    await started;
    return { attempt, result };
  };

  it("that has exited keeps its own end when it is terminated just then", async () => {
    const { attempt, result } = await begin();
    container.alive = false;
    attempt.end("too late");
    container.exit({ exitCode: 0 });
    assert.deepEqual(await result, {
      exit: { exitCode: 0 },
      statusReason: "Essential container in task exited",
      final: false,
    });
    assert.deepEqual([container.calls, clock.waits], [[], []]);
  });

  it("that is terminated while it starts is ended as soon as it runs", async () => {
    const { result } = await begin((attempt) => attempt.end("enough"));
    assert.deepEqual(container.calls, ["terminate"]);
    clock.advance(30_000);
    assert.deepEqual(container.calls, ["terminate", "kill"]);
    container.exit({ exitCode: 137 });
    assert.deepEqual(await result, { exit: { exitCode: 137 }, statusReason: "enough", final: true });
  });

  it("that is killed while it starts is given no time", async () => {
    const { result } = await begin((attempt) => attempt.kill());
    assert.deepEqual(container.calls, ["kill"]);
    container.exit({ exitCode: 137 });
    assert.equal((await result).final, true);
  });

  it("keeps the first reason that it is ended for, and no timer", async () => {
    const { attempt, result } = await begin();
    attempt.end("enough");
    clock.advance(60_000);
    attempt.end("again");
    container.exit({ exitCode: 143 });
    assert.equal((await result).statusReason, "enough");
    assert.deepEqual([container.calls, clock.waits], [["terminate", "kill"], []]);
  });
});
