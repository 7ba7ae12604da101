import { deepEqual, rejects } from "node:assert/strict";
import { createJob } from "../../functions/lib/createJob";
import { isTerminal, jobStatuses, type JobStatus } from "../../functions/lib/job";
import { moveJob } from "../../functions/lib/moveJob";
import { transitions, type Transition, type TransitionName } from "../../functions/lib/transitions";
import { HandlerBench } from "../helpers/handlerBench";
import { aJob } from "../helpers/jobs";

const names = Object.keys(transitions) as TransitionName[];
const rowOf = (name: TransitionName): Transition => transitions[name];
const starts: readonly (JobStatus | "none")[] = ["none", ...jobStatuses];

describe("The table of transitions", () => {
  let bench: HandlerBench;
  before(async function () {
    this.timeout(60_000);
    bench = await HandlerBench.open("transitions");
  });
  after(() => bench.close());

  const write = async (by: TransitionName, jobId: string, to: JobStatus): Promise<boolean> => {
    const { database, tableName } = bench;
    if (by === "submit" || by === "appear")
      return createJob(database, tableName, aJob({ jobId, status: to }), by);
    const move = { set: "updatedAt = :now", values: { ":now": "2026-01-02T00:00:00.000Z" } };
    return moveJob(database, tableName, jobId, { by, to: to as never, ...move });
  };

  const outcome = async (by: TransitionName, from: JobStatus | "none", to: JobStatus): Promise<string> => {
    const jobId = `${by}-${from}-${to}`;
    if (from !== "none") await bench.putJob(aJob({ jobId, status: from }));
    const held = await write(by, jobId, to);
    const status = held || from !== "none" ? (await bench.job(jobId)).status : "none";
    return `${from} → ${to}: ${held ? "held" : "refused"}, ${status}`;
  };

  for (const by of names) {
    it(`holds for "${by}" from where it says, and from nowhere else`, async () => {
      const pairs = rowOf(by).to.flatMap((to) => starts.map((from) => [from, to] as const));
      const outcomes = await Promise.all(pairs.map(([from, to]) => outcome(by, from, to)));
      const expected = pairs.map(([from, to]) =>
        rowOf(by).from.includes(from) ? `${from} → ${to}: held, ${to}` : `${from} → ${to}: refused, ${from}`,
      );
      deepEqual(outcomes, expected);
    });

    it(`refuses to write for "${by}" what it does not lead to`, async () => {
      const others = jobStatuses.filter((to) => !rowOf(by).to.includes(to));
      for (const to of others) {
        await rejects(write(by, "nobody", to), new RegExp(`the transition "${by}" does not lead to ${to}`));
      }
    });
  }

  it("leads out of a terminal status by a redrive alone, and only from what can be redriven", () => {
    const back = names.filter((name) => rowOf(name).from.some((from) => from !== "none" && isTerminal(from)));
    const marked = names.filter((name) => rowOf(name).reopens);
    deepEqual([back, marked, rowOf("redrive").from], [["redrive"], ["redrive"], ["FAILED", "TIMED_OUT"]]);
  });

  it("reaches every status", () => {
    const reached = new Set(names.flatMap((name) => rowOf(name).to));
    deepEqual([...reached].sort(), [...jobStatuses].sort());
  });
});
