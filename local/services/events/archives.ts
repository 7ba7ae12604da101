import type { Account } from "../../account";
import type { Clock } from "../../clock";
import type { Log } from "../../log";
import { AwsError } from "../service";
import { Archive, type ArchiveIdentity, type ArchiveSettings, type SavedArchive } from "./archive";
import type { UseKey } from "./archiveKey";
import type { EventEnvelope } from "./eventEnvelope";
import type { Bus, Buses } from "./rules";

export interface ArchivesOptions {
  readonly account: Account;
  readonly clock: Clock;
  readonly log: Log;
  readonly useKey: UseKey;
}

/** The archives of the account. */
export class Archives {
  readonly #archives = new Map<string, Archive>();

  constructor(private readonly options: ArchivesOptions) {}

  /** @throws AwsError `ResourceAlreadyExistsException`, or when the archive may not use its key */
  async create(name: string, bus: Bus, settings: ArchiveSettings): Promise<Archive> {
    if (this.#archives.has(name)) {
      throw new AwsError("ResourceAlreadyExistsException", `Archive ${name} already exists.`);
    }
    const identity: ArchiveIdentity = { name, arn: this.arn(name), bus };
    await this.options.useKey(identity, settings.keyArn, ["kms:DescribeKey", "kms:GenerateDataKey"]);
    const archive = new Archive(identity, settings, this.options.clock);
    this.#archives.set(name, archive);
    return archive;
  }

  /** Archives that are gone come back with their events, if their bus is there. */
  restore(saved: readonly SavedArchive[], buses: Buses): void {
    for (const each of saved) {
      const archive = this.find(each.name) ?? this.#again(each, buses.find(each.busName));
      archive?.restore(each);
    }
  }

  #again({ name, settings }: SavedArchive, bus: Bus | undefined): Archive | undefined {
    if (!bus) return undefined;
    const archive = new Archive({ name, arn: this.arn(name), bus }, settings, this.options.clock);
    this.#archives.set(name, archive);
    return archive;
  }

  all(): Archive[] {
    return [...this.#archives.values()];
  }

  find(name: string): Archive | undefined {
    return this.#archives.get(name);
  }

  /** @throws AwsError `ResourceNotFoundException` */
  get(name: string): Archive {
    const archive = this.find(name);
    if (!archive) throw new AwsError("ResourceNotFoundException", `Archive ${name} does not exist.`);
    return archive;
  }

  /** @throws AwsError when the archive may not change to another key */
  async change(archive: Archive, settings: ArchiveSettings): Promise<void> {
    const { identity, settings: before } = archive;
    if (settings.keyArn !== before.keyArn) {
      await this.options.useKey(identity, before.keyArn, ["kms:ReEncryptFrom"]);
      await this.options.useKey(identity, settings.keyArn, ["kms:DescribeKey", "kms:ReEncryptTo"]);
    }
    archive.change(settings);
  }

  delete(name: string): void {
    this.#archives.delete(this.get(name).name);
  }

  /** Keeps an event in every archive of its bus that takes it. Replayed events are not brought here. */
  async keep(bus: Bus, event: EventEnvelope): Promise<void> {
    const taking = this.all().filter((archive) => archive.identity.bus === bus && archive.takes(event));
    await Promise.all(taking.map((archive) => this.#keepIn(archive, event)));
  }

  arn(name: string): string {
    const { partition, region, accountId } = this.options.account;
    return `arn:${partition}:events:${region}:${accountId}:archive/${name}`;
  }

  /** Who publishes an event does not hear that it is not archived, on AWS either. */
  async #keepIn(archive: Archive, event: EventEnvelope): Promise<void> {
    const { useKey, log } = this.options;
    try {
      await useKey(archive.identity, archive.settings.keyArn, ["kms:GenerateDataKey"]);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return log(`events: event ${event.id} is not in the archive ${archive.name}: ${error.message}`);
    }
    archive.keep(event);
  }
}
