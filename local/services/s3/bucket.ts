import { randomBytes } from "node:crypto";
import BTree from "sorted-btree";
import type { Clock } from "../../clock";
import type { Checksum } from "./checksums";
import { compareKeys } from "./keyOrder";

/** What is stored under a key, and how it is given back. */
export interface ObjectContent {
  readonly body: Buffer;
  /** Without quotes. */
  readonly etag: string;
  readonly checksum: Checksum;
  /** `content-type`, `cache-control`, `x-amz-meta-*` and others, returned as they were given. */
  readonly headers: Readonly<Record<string, string>>;
  readonly tags: ReadonlyMap<string, string>;
  /** In bytes, of an object that was uploaded in parts. */
  readonly partSizes?: readonly number[];
}

export interface ObjectVersion extends ObjectContent {
  readonly key: string;
  /** `null` in a bucket without versions. */
  readonly versionId: string;
  /** Milliseconds since the epoch, in whole seconds. */
  readonly lastModified: number;
}

/** What hides the versions of a key that was deleted. */
export interface DeleteMarker {
  readonly key: string;
  readonly versionId: string;
  readonly lastModified: number;
  readonly deleteMarker: true;
}

export type Version = ObjectVersion | DeleteMarker;

export type Versioning = "Enabled" | "Suspended" | undefined;

export function isDeleteMarker(version: Version): version is DeleteMarker {
  return "deleteMarker" in version;
}

/** A bucket as it is saved. */
export interface SavedBucket extends Pick<Bucket, "name" | "createdAt" | "versioning" | "tags"> {
  readonly versions: ReadonlyMap<string, readonly Version[]>;
}

/** A bucket and the versions of its objects, in memory. */
export class Bucket {
  versioning: Versioning;
  tags: ReadonlyMap<string, string> = new Map();
  /** By key, in the order of listings; newest first, never empty. */
  readonly #versions = new BTree<string, Version[]>(undefined, compareKeys);

  constructor(
    readonly name: string,
    readonly createdAt: number,
    private readonly clock: Clock,
  ) {}

  /** The newest version, or a marker that the key was deleted. */
  latest(key: string): Version | undefined {
    return this.#versions.get(key)?.[0];
  }

  /** The object that the key names now. */
  current(key: string): ObjectVersion | undefined {
    const latest = this.latest(key);
    return latest === undefined || isDeleteMarker(latest) ? undefined : latest;
  }

  version(key: string, versionId: string): Version | undefined {
    return this.#versions.get(key)?.find((version) => version.versionId === versionId);
  }

  put(key: string, content: ObjectContent): ObjectVersion {
    const version = { ...content, body: withOwnMemory(content.body), key, ...this.#stamp() };
    this.#add(version);
    return version;
  }

  /** Deletes the key: for good, or in a bucket with versions behind a marker, which is returned. */
  delete(key: string): DeleteMarker | undefined {
    if (this.versioning === undefined) {
      this.#versions.delete(key);
      return undefined;
    }
    const marker: DeleteMarker = { key, ...this.#stamp(), deleteMarker: true };
    this.#add(marker);
    return marker;
  }

  /** Deletes one version for good. */
  deleteVersion(key: string, versionId: string): Version | undefined {
    const deleted = this.version(key, versionId);
    const left = (this.#versions.get(key) ?? []).filter((version) => version !== deleted);
    if (left.length > 0) this.#versions.set(key, left);
    else this.#versions.delete(key);
    return deleted;
  }

  setTags(version: ObjectVersion, tags: ReadonlyMap<string, string>): void {
    const versions = this.#versions.get(version.key) ?? [];
    versions.splice(versions.indexOf(version), 1, { ...version, tags });
  }

  /**
   * Those that begin with the prefix, in the order of S3's listings.
   * @param from where to begin, to spare what comes before
   */
  *keys(prefix: string, from = ""): Generator<string> {
    for (const key of this.#versions.keys(compareKeys(prefix, from) < 0 ? from : prefix)) {
      if (!key.startsWith(prefix)) return;
      yield key;
    }
  }

  /** All versions of a key, the newest first. */
  versionsOf(key: string): readonly Version[] {
    return this.#versions.get(key) ?? [];
  }

  save(): SavedBucket {
    const { name, createdAt, versioning, tags } = this;
    return { name, createdAt, versioning, tags, versions: new Map(this.#versions.entries()) };
  }

  /** Takes the objects of an earlier run; those that were put since are newer. */
  restore({ versions, tags }: SavedBucket): void {
    this.tags = tags;
    for (const [key, earlier] of versions)
      this.#versions.set(key, [...this.versionsOf(key), ...earlier.map(whole)]);
  }

  get isEmpty(): boolean {
    return this.#versions.size === 0;
  }

  #stamp() {
    const versionId = this.versioning === "Enabled" ? randomBytes(24).toString("base64url") : "null";
    return { versionId, lastModified: Math.floor(this.clock.now() / 1000) * 1000 };
  }

  #add(version: Version): void {
    const others = this.versionsOf(version.key).filter(({ versionId }) => versionId !== version.versionId);
    this.#versions.set(version.key, [version, ...others]);
  }
}

/** Node.js cuts small buffers from blocks of 8 KB, which one object would keep whole. */
function withOwnMemory(body: Buffer): Buffer {
  return body.length === body.buffer.byteLength ? body : Buffer.from(new Uint8Array(body).buffer);
}

/** What was saved as bytes is a buffer again. */
function whole(version: Version): Version {
  return isDeleteMarker(version) ? version : { ...version, body: Buffer.from(version.body) };
}
