import { setTimeout as wait } from "node:timers/promises";
import { Executions } from "../cloud/executions";
import { countInvocations } from "../cloud/invocations";
import { withCloud, type MeasuredCloud } from "../cloud/measuredCloud";
import { Partner } from "../cloud/partner";
import { submitOne } from "../cloud/submissions";
import type { Figure } from "../figure";
import prices from "../prices.json";
import { describeUnits, pricePerMillion, type Units } from "./billedUnits";
import { countUnits } from "./countUnits";
import { seedContainer, seedHandoff } from "./seedUnits";

const jobs = 10;

interface Kind {
  readonly name: string;
  readonly process: string;
  readonly transitionLimit: number;
  readonly statusChanges: number;
  readonly seed: Units;
}

const kinds: readonly Kind[] = [
  // RUNNING, SUCCEEDED.
  { name: "batch job", process: "container", transitionLimit: 4, statusChanges: 2, seed: seedContainer },
  // RUNNING, WAITING, RUNNING, SUCCEEDED.
  { name: "hand-off job", process: "settlement", transitionLimit: 5, statusChanges: 4, seed: seedHandoff },
];

/** What AWS would bill for a job of each kind, one after another, so that no batch is shared; and its price. */
export function unitFigures(): Promise<Figure[]> {
  return withCloud(async (cloud) => {
    const figures: Figure[] = [];
    for (const kind of kinds) figures.push(...figuresOf(kind, await unitsOf(cloud, kind)));
    return figures;
  });
}

function figuresOf({ name, transitionLimit, seed }: Kind, units: Units): Figure[] {
  return [
    {
      name: `${name}: state transitions`,
      value: units["state transition"] ?? 0,
      unit: "",
      compared: `seed's design: ${seed["state transition"]}`,
      limit: { atMost: transitionLimit },
    },
    {
      name: `${name}: price of a million, at ${prices.date}`,
      value: pricePerMillion(units),
      unit: "USD",
      compared: `seed's design: ${pricePerMillion(seed).toFixed(0)} USD (${describeUnits(seed)})`,
    },
    ...Object.entries(units)
      .filter(([unit]) => unit !== "state transition")
      .map(([unit, value]) => ({ name: `${name}: ${unit}s`, value, unit: "" })),
  ];
}

/** Until what a job sets off has ended and its lines can be read, in milliseconds. */
const rest = 1000;

async function unitsOf(cloud: MeasuredCloud, kind: Kind): Promise<Units> {
  const executions = new Executions(cloud.facts);
  const partner = new Partner(cloud.facts);
  try {
    await finishJob(cloud, partner, kind);
    await wait(rest);
    const { counts: before } = await cloud.report();
    const invocationsBefore = await countInvocations(cloud.facts);
    let transitions = 0;
    for (let job = 0; job < jobs; job++) {
      transitions += await executions.transitionsOf(await finishJob(cloud, partner, kind));
    }
    await wait(rest);
    const { counts: after } = await cloud.report();
    const invocations = (await countInvocations(cloud.facts)) - invocationsBefore;
    return countUnits({ jobs, before, after, transitions, invocations, statusChanges: kind.statusChanges });
  } finally {
    partner.stop();
    executions.stop();
  }
}

async function finishJob(cloud: MeasuredCloud, partner: Partner, { process }: Kind): Promise<string> {
  const jobId = await submitOne(cloud.facts, process);
  if (process === "settlement") {
    await cloud.logged("hand-off opened", jobId);
    await partner.succeed(jobId);
  }
  await cloud.logged("job ended", jobId);
  return jobId;
}
