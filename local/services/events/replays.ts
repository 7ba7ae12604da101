import type { Account } from "../../account";
import type { Clock } from "../../clock";
import { AwsError } from "../service";
import { timeOf } from "./archive";
import type { UseKey } from "./archiveKey";
import type { Archives } from "./archives";
import type { BusDelivery } from "./busDelivery";
import { checkReplay } from "./checkReplay";
import type { EventEnvelope } from "./eventEnvelope";
import { isActive, type Replay, type ReplayRequest, type ReplayState, type SavedReplay } from "./replay";
import type { Buses } from "./rules";

export interface ReplaysOptions {
  readonly account: Account;
  readonly clock: Clock;
  readonly archives: Archives;
  readonly buses: Buses;
  readonly useKey: UseKey;
  readonly delivery: BusDelivery;
}

const minute = 60_000;

/** Between two minutes of a window, in milliseconds: long enough to cancel a replay, and to see it run. */
const pause = 20;

/**
 * The replays of the account. Events are replayed by the minute in which they occurred.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-replay-archived-event.html
 */
export class Replays {
  readonly #replays = new Map<string, Replay>();
  readonly #timers = new Set<() => void>();
  #stopped = false;

  constructor(private readonly options: ReplaysOptions) {}

  all(): Replay[] {
    return [...this.#replays.values()];
  }

  /** @throws AwsError `ResourceNotFoundException` */
  get(name: string): Replay {
    const replay = this.#replays.get(name);
    if (!replay) throw new AwsError("ResourceNotFoundException", `Replay ${name} does not exist.`);
    return replay;
  }

  save(): readonly SavedReplay[] {
    return this.all().map(({ archive, ...replay }) => ({ ...replay, archiveName: archive.name }));
  }

  /** Goes on with those that were under way. One whose archive is gone is gone with it. */
  restore(saved: readonly SavedReplay[]): void {
    for (const { archiveName, ...rest } of saved) {
      const archive = this.options.archives.find(archiveName);
      if (!archive) continue;
      const replay: Replay = { ...rest, archive };
      this.#replays.set(replay.name, replay);
      if (replay.endedAt !== undefined) continue;
      this.#later(() => (replay.left ? this.#continue(replay) : this.#begin(replay)));
    }
  }

  /** @throws AwsError as StartReplay does */
  start(request: ReplayRequest): Replay {
    const { archives, buses } = this.options;
    const archive = checkReplay(request, this.all(), archives, buses);
    const replay: Replay = {
      name: request.name,
      arn: this.arn(request.name),
      sourceArn: archive.identity.arn,
      request,
      archive,
      startedAt: this.options.clock.now(),
      state: "STARTING",
    };
    this.#replays.set(replay.name, replay);
    this.#later(() => this.#begin(replay));
    return replay;
  }

  /** @throws AwsError `IllegalStatusException` when it has ended, or ends already */
  cancel(name: string): Replay {
    const replay = this.get(name);
    if (!isActive(replay)) {
      throw new AwsError(
        "IllegalStatusException",
        `Replay ${name} is not in a valid state for this operation.`,
      );
    }
    replay.state = "CANCELLING";
    return replay;
  }

  arn(name: string): string {
    const { partition, region, accountId } = this.options.account;
    return `arn:${partition}:events:${region}:${accountId}:replay/${name}`;
  }

  /** Leaves each replay where it stands. */
  stop(): void {
    this.#stopped = true;
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }

  /** Takes what the archive has now: what comes later is not replayed. */
  async #begin(replay: Replay): Promise<void> {
    if (!isActive(replay)) return this.#end(replay, "CANCELLED");
    const { archive, request } = replay;
    replay.state = "RUNNING";
    try {
      await this.options.useKey(archive.identity, archive.settings.keyArn, ["kms:Decrypt"]);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      replay.stateReason = error.message;
      return this.#end(replay, "FAILED");
    }
    replay.left = byMinute(archive.eventsBetween(request.start, request.end));
    this.#later(() => this.#continue(replay));
  }

  #continue(replay: Replay): void {
    if (!isActive(replay)) return this.#end(replay, "CANCELLED");
    const [now, ...left] = replay.left ?? [];
    if (!now) return this.#end(replay, "COMPLETED");
    const { archive, request, name } = replay;
    for (const event of now) {
      this.options.delivery.deliver(
        archive.identity.bus,
        { ...event, "replay-name": name },
        request.filterArns,
      );
      replay.lastReplayed = timeOf(event);
    }
    replay.left = left;
    this.#later(() => this.#continue(replay));
  }

  #end(replay: Replay, state: ReplayState): void {
    replay.state = state;
    replay.endedAt = this.options.clock.now();
    delete replay.left;
  }

  #later(act: () => Promise<void> | void): void {
    if (this.#stopped) return;
    const cancel = this.options.clock.after(pause, () => {
      this.#timers.delete(cancel);
      void act();
    });
    this.#timers.add(cancel);
  }
}

function byMinute(events: readonly EventEnvelope[]): EventEnvelope[][] {
  const minutes = new Map<number, EventEnvelope[]>();
  for (const event of events) {
    const start = Math.floor(timeOf(event) / minute);
    minutes.set(start, [...(minutes.get(start) ?? []), event]);
  }
  return [...minutes.values()];
}
