import { series } from "../../local/endpoint/faults/decisions";

/** How a partner answers hand-offs. */
export type PartnerHabit =
  | "prompt"
  | "early"
  | "late"
  | "twice"
  | "twice differently"
  | "success, then failure"
  | "malformed first"
  | "failure"
  | "heartbeat first"
  | "heartbeat, then silent"
  | "never";

/** How a job is asked for: the API, the API for notifiers, straight at the queue, or a webhook. */
export type Route = "api" | "notifier" | "queue" | "webhook";

/** A job that is going to be asked for. */
export interface PlannedJob {
  readonly index: number;
  /** In the job's parameters, and in each answer to it: a result with another belongs to another job. */
  readonly token: string;
  readonly process: string;
  readonly route: Route;
  readonly partner: PartnerHabit;
  /** When it is cancelled after it was accepted, in milliseconds. */
  readonly cancelAfter?: number;
  /** Whether it is redriven once when it has failed or run out of time. */
  readonly redriven: boolean;
  /** How long the partner thinks, in milliseconds. */
  readonly thinks: number;
}

type Kind = Pick<PlannedJob, "process" | "route" | "partner"> & { readonly weight: number };

const api = (process: string, partner: PartnerHabit, weight: number): Kind => ({
  ...{ process, partner, weight },
  route: "api",
});

const kinds: readonly Kind[] = [
  api("inline", "never", 20),
  api("faulty", "never", 3),
  api("container", "never", 5),
  api("container-approval", "prompt", 3),
  api("approval", "prompt", 14),
  api("approval", "early", 6),
  api("approval", "twice", 6),
  api("approval", "twice differently", 6),
  api("approval", "success, then failure", 4),
  api("approval", "malformed first", 5),
  api("approval", "failure", 5),
  api("approvals", "prompt", 6),
  api("hurried", "never", 3),
  api("hurried", "late", 3),
  api("attentive", "heartbeat first", 4),
  api("attentive", "heartbeat, then silent", 2),
  { process: "container", route: "notifier", partner: "never", weight: 2 },
  { process: "container", route: "queue", partner: "never", weight: 3 },
  { process: "egress", route: "webhook", partner: "never", weight: 5 },
];

/** The jobs of a run; the same for the same seed. */
export function planOf(seed: number, jobs: number): PlannedJob[] {
  return Array.from({ length: jobs }, (_, index) => plannedJob(seed, index));
}

function plannedJob(seed: number, index: number): PlannedJob {
  const random = series(seed, `job/${index}`);
  const { process, route, partner } = pick(random());
  const token = `t${index}-${Math.floor(random() * 1e9).toString(36)}`;
  const cancelled = random() < 0.06 && route !== "webhook";
  const cancelAfter = Math.floor(random() * 3_000);
  return {
    ...{ index, token, process, route, partner },
    ...(cancelled ? { cancelAfter } : {}),
    redriven: random() < 0.5,
    thinks: Math.floor(random() * 300),
  };
}

function pick(drawn: number): Kind {
  const total = kinds.reduce((sum, { weight }) => sum + weight, 0);
  let left = drawn * total;
  const found = kinds.find(({ weight }) => (left -= weight) < 0) ?? kinds.at(-1);
  if (!found) throw new Error("there are no kinds of jobs");
  return found;
}
