import type { Archive } from "./archive";
import type { EventEnvelope } from "./eventEnvelope";

export const replayStates = [
  "STARTING",
  "RUNNING",
  "CANCELLING",
  "COMPLETED",
  "CANCELLED",
  "FAILED",
] as const;
export type ReplayState = (typeof replayStates)[number];

export interface ReplayRequest {
  readonly name: string;
  readonly description: string | undefined;
  readonly archiveArn: string;
  /** Milliseconds since the epoch, by the times of the events; the end is not part of the window. */
  readonly start: number;
  readonly end: number;
  /** The bus of the archive. */
  readonly busArn: string;
  /** The rules to which events are replayed. @default all of the bus */
  readonly filterArns: readonly string[] | undefined;
}

/** Events of an archive on their way to the rules of its bus again. */
export interface Replay {
  readonly name: string;
  readonly arn: string;
  readonly sourceArn: string;
  readonly request: ReplayRequest;
  readonly archive: Archive;
  readonly startedAt: number;
  state: ReplayState;
  stateReason?: string;
  /** The time of the event that was replayed last. */
  lastReplayed?: number;
  endedAt?: number;
  /** What is still to be replayed, by minute; from when it is RUNNING. */
  left?: readonly (readonly EventEnvelope[])[];
}

/** A replay as it is saved, its archive by name. */
export type SavedReplay = Omit<Replay, "archive"> & { readonly archiveName: string };

export function isActive({ state }: Replay): boolean {
  return state === "STARTING" || state === "RUNNING";
}
