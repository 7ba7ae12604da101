import type { Clock } from "../../clock";
import type { JsonObject } from "../jsonProtocol";
import type { EventEnvelope } from "./eventEnvelope";
import { matchesEventPattern } from "./eventPattern";
import type { Bus } from "./rules";

/** What can be changed of an archive. */
export interface ArchiveSettings {
  readonly description: string | undefined;
  /** Without one, every event of the bus is kept. */
  readonly patternText: string | undefined;
  readonly pattern: JsonObject | undefined;
  /** 0 keeps events for ever. */
  readonly retentionDays: number;
  /** The key that it is encrypted with, if that is the account's. */
  readonly keyArn: string | undefined;
}

export interface ArchiveIdentity {
  readonly name: string;
  readonly arn: string;
  /** The only bus that it keeps events of, and the only one to which they are replayed. */
  readonly bus: Bus;
}

interface ArchivedEvent {
  readonly event: EventEnvelope;
  /** In milliseconds since the epoch. */
  readonly archivedAt: number;
}

/** An archive with its events as it is saved. */
export interface SavedArchive {
  readonly name: string;
  readonly busName: string;
  readonly createdAt: number;
  readonly settings: ArchiveSettings;
  readonly events: readonly ArchivedEvent[];
}

const day = 86_400_000;

/** Events of a bus, kept for some time. */
export class Archive {
  readonly state = "ENABLED";
  /** In milliseconds since the epoch. */
  createdAt: number;
  #events: ArchivedEvent[] = [];
  #settings: ArchiveSettings;

  constructor(
    readonly identity: ArchiveIdentity,
    settings: ArchiveSettings,
    private readonly clock: Clock,
  ) {
    this.#settings = settings;
    this.createdAt = clock.now();
  }

  get name(): string {
    return this.identity.name;
  }

  get sourceArn(): string {
    return this.identity.bus.arn;
  }

  get settings(): ArchiveSettings {
    return this.#settings;
  }

  save(): SavedArchive {
    const { name, createdAt, identity } = this;
    return { name, busName: identity.bus.name, createdAt, settings: this.#settings, events: this.#events };
  }

  restore({ createdAt, events }: SavedArchive): void {
    this.createdAt = createdAt;
    this.#events = [...events, ...this.#events];
  }

  change(settings: ArchiveSettings): void {
    this.#settings = settings;
  }

  takes(event: EventEnvelope): boolean {
    const { pattern } = this.#settings;
    return pattern === undefined || matchesEventPattern(pattern, { ...event });
  }

  keep(event: EventEnvelope): void {
    this.#events.push({ event, archivedAt: this.clock.now() });
  }

  /** What there is now: on AWS these figures are up to a day late. */
  get contents(): { readonly EventCount: number; readonly SizeBytes: number } {
    const events = this.#current();
    return { EventCount: events.length, SizeBytes: events.reduce((sum, event) => sum + sizeOf(event), 0) };
  }

  /**
   * The events that occurred in a window, in the order of their times. The times of events are whole seconds, so the
   * window begins with the second in which it starts.
   * @param end not part of the window
   */
  eventsBetween(start: number, end: number): EventEnvelope[] {
    const first = Math.floor(start / 1000) * 1000;
    return this.#current()
      .filter((event) => timeOf(event) >= first && timeOf(event) < end)
      .sort((one, other) => timeOf(one) - timeOf(other));
  }

  #current(): EventEnvelope[] {
    const { retentionDays } = this.#settings;
    const oldest = retentionDays === 0 ? -Infinity : this.clock.now() - retentionDays * day;
    this.#events = this.#events.filter(({ archivedAt }) => archivedAt > oldest);
    return this.#events.map(({ event }) => event);
  }
}

/** In milliseconds since the epoch. */
export function timeOf({ time }: EventEnvelope): number {
  return Date.parse(time);
}

/** As real archives count, by recordings: what the caller of PutEvents said, and the time as text. */
function sizeOf(event: EventEnvelope): number {
  const texts = [event.source, event["detail-type"], JSON.stringify(event.detail), ...event.resources];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), event.time.length);
}
