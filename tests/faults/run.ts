import type { CloudFaults } from "../../local/endpoint/faults/cloudFaults";
import { everyFault, type FaultKind } from "../../local/endpoint/faults/decisions";
import { Faults } from "../../local/endpoint/faults/faults";
import type { Principal } from "../../local/iam/principal";
import { Caller } from "./caller";
import { readOutputs, readRecords } from "./collect";
import { readDeadLetters } from "./deadLetters";
import { Drive } from "./drive";
import type { Evidence } from "./evidence";
import { History } from "./history";
import { Inbox } from "./inbox";
import { judge, type Verdict } from "./invariants";
import { Partner } from "./partner";
import { planOf, type PlannedJob } from "./plan";
import { quickClock } from "./quickClock";
import { Restarts } from "./restarts";
import { shortVisibility } from "./shortVisibility";
import { settle } from "./settle";
import { StreamWatch } from "./watchedFaults";
import { World } from "./world";

export interface RunOptions {
  readonly seed: number;
  readonly jobs: number;
  /** How often each fault happens where it can, from 0 to 1. */
  readonly rate: number;
  /** How often the local cloud is stopped and started again meanwhile. @default 0 */
  readonly restarts?: number;
  /** Breaks the program on purpose, to see that it is noticed. @default nothing is broken */
  readonly broken?: (faults: CloudFaults) => CloudFaults;
  /** When nothing has happened for so long, nothing will any more, in milliseconds. @default 40 s, longer than any pause between two tries */
  readonly silence?: number;
  /** Gets what the local cloud and the functions say. */
  readonly log?: (line: string) => void;
  /** Is told how far it has come. */
  readonly progress?: (line: string) => void;
}

export interface RunResult {
  readonly verdicts: readonly Verdict[];
  readonly evidence: Evidence;
  readonly faults: Readonly<Record<FaultKind, number>>;
  /** How often the local cloud was stopped and started. */
  readonly restarts: number;
  /** What people did in vain. */
  readonly failures: readonly string[];
  /** In milliseconds. */
  readonly took: number;
}

type PlanOptions = Pick<RunOptions, "broken" | "progress" | "silence" | "restarts">;

/** A local cloud with faults, in which one plan after another can be run. */
export interface Session {
  run(plan: readonly PlannedJob[], options?: PlanOptions): Promise<RunResult>;
  stop(): Promise<void>;
}

/** Runs the jobs of a seed while everything goes wrong that can, and judges what is there when all is at rest. */
export async function run(options: RunOptions): Promise<RunResult> {
  const session = await openSession(options);
  try {
    return await session.run(planOf(options.seed, options.jobs), options);
  } finally {
    await session.stop();
  }
}

/** Starts the program on a local cloud where nothing goes wrong yet. */
export async function openSession({
  seed,
  rate,
  log = () => undefined,
}: Pick<RunOptions, "seed" | "rate" | "log">): Promise<Session> {
  const faults = new Faults({ ...{ seed, clock: quickClock, isExempt }, rates: everyFault(rate) });
  let [current, history]: [CloudFaults, History] = [faults, new History()];
  const watch = new StreamWatch((record) => history.note(record));
  const changing: CloudFaults = {
    call: (service, request, carryOut) => current.call(service, request, carryOut),
    streams: (source) => faults.streams(source),
    interruption: (functionName) => current.interruption(functionName),
  };
  const world = await World.start(watch.over(shortVisibility(changing)), log);
  const restart = async () => {
    await world.restart(async () => {
      faults.end();
      await watch.change();
    });
    faults.begin();
  };
  return {
    run: async (plan, options = {}) => {
      history = new History();
      current = options.broken?.(faults) ?? faults;
      return runPlan({ world, faults, history, plan, seed, restart }, options);
    },
    stop: async () => {
      await watch.stop();
      await world.stop();
    },
  };
}

/** Whoever looks on is the operator; as the root of the account Lambda looks up what a queue is called. */
function isExempt(principal: Principal): boolean {
  return principal.kind === "root" || (principal.kind === "role" && principal.roleArn.endsWith("/operator"));
}

interface Running {
  readonly world: World;
  readonly faults: Faults;
  readonly history: History;
  readonly plan: readonly PlannedJob[];
  readonly seed: number;
  readonly restart: () => Promise<void>;
}

async function runPlan(
  { world, faults, history, plan, seed, restart }: Running,
  { progress = () => undefined, silence = 40_000, restarts: asked = 0 }: PlanOptions,
): Promise<RunResult> {
  const begun = Date.now();
  const caller = new Caller(world);
  const inbox = new Inbox(world);
  const partner = new Partner(world);
  const drive = new Drive(caller, partner, history);
  const restarts = new Restarts({ seed, restarts: asked, jobs: plan.length }, async () => {
    const stopped = Date.now();
    await restart();
    progress(`stopped and started again, away for ${seconds(stopped)}`);
  });
  try {
    faults.begin();
    await drive.submit(plan, (count) => {
      restarts.pass(count);
      if (count % 500 === 0) progress(`${count} jobs accepted after ${seconds(begun)}`);
    });
    progress(`all ${drive.accepted.length} jobs accepted after ${seconds(begun)}`);
    await restarts.ended();
    await settle({ world, driver: drive, history, inbox, silence, progress });
  } finally {
    faults.end();
    caller.close();
    await inbox.stop();
  }
  const evidence: Evidence = {
    now: Date.now(),
    accepted: drive.accepted,
    answeredTwice: drive.answeredTwice,
    records: await readRecords(world),
    changes: history.changes,
    notifications: inbox.notifications,
    deadLetters: await readDeadLetters(world, history),
    drops: partner.drops,
    outputs: await readOutputs(world),
  };
  return {
    ...{ evidence, verdicts: judge(evidence), failures: drive.failures, restarts: restarts.done },
    ...{ faults: faults.happened, took: Date.now() - begun },
  };
}

function seconds(since: number): string {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}
