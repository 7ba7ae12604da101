import { randomInt } from "node:crypto";
import type { Account } from "../../account";
import type { Clock } from "../../clock";
import { AwsError } from "../service";
import { keyArnOf, type OnKey } from "./encryption";
import { invalidRequest, markedForDeletion, secretNotFound, valueNotFound } from "./errors";
import {
  addVersion,
  sameContent,
  versionAt,
  type Secret,
  type SecretContent,
  type SecretVersion,
  type Tag,
} from "./secret";

export interface NewSecret {
  readonly name: string;
  readonly description: string | undefined;
  readonly kmsKeyId: string | undefined;
  readonly tags: readonly Tag[];
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const suffixLength = 6;

/** The secrets of the account, by name. */
export class Secrets {
  readonly #secrets = new Map<string, Secret>();
  /** By name, of an earlier run, until its secrets are restored. */
  readonly #earlierArns = new Map<string, string>();

  constructor(
    private readonly account: Account,
    private readonly clock: Clock,
    private readonly onKey: OnKey = () => undefined,
  ) {}

  save(): readonly Secret[] {
    return this.list();
  }

  /** A secret that the program makes again gets its ARN back. */
  prepare(saved: readonly Secret[]): void {
    for (const { name, arn } of saved) this.#earlierArns.set(name, arn);
  }

  /** Notes that the program gave the secret its current value. */
  declare(secret: Secret): void {
    secret.declared = versionAt(secret, "AWSCURRENT")?.content;
  }

  /** Values come back, and labels; another one than the program gave before is newer. Settings of the program's stay. */
  restore(saved: readonly Secret[]): void {
    this.#earlierArns.clear();
    for (const secret of saved) {
      const made = this.#secrets.get(secret.name);
      this.#secrets.set(secret.name, secret);
      if (!made) {
        if (secret.kmsKeyId !== undefined) this.encrypt(secret, secret.kmsKeyId);
        continue;
      }
      secret.description = made.description;
      secret.kmsKeyId = made.kmsKeyId;
      // The program gives the same value at each start: that does not undo one that people have put since.
      const before = secret.declared ?? versionAt(secret, "AWSCURRENT")?.content;
      secret.declared = made.declared;
      for (const version of made.versions.values()) {
        if (!before || !sameContent(before, version.content)) addVersion(secret, version);
      }
    }
  }

  /** @throws AwsError ResourceExistsException, InvalidRequestException */
  create({ name, description, kmsKeyId, tags }: NewSecret): Secret {
    const known = this.find(name);
    if (known?.deletion !== undefined) {
      throw invalidRequest(
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
      );
    }
    if (known) {
      throw new AwsError(
        "ResourceExistsException",
        `The operation failed because the secret ${name} already exists.`,
      );
    }
    const secret = this.#newSecret(name, description, tags);
    this.#secrets.set(name, secret);
    if (kmsKeyId !== undefined) this.encrypt(secret, kmsKeyId);
    return secret;
  }

  /** @param kmsKeyId the ARN or the id of a key */
  encrypt(secret: Secret, kmsKeyId: string): void {
    secret.kmsKeyId = kmsKeyId;
    this.onKey(secret.arn, keyArnOf(kmsKeyId, this.account));
  }

  #newSecret(name: string, description: string | undefined, tags: readonly Tag[]): Secret {
    const now = this.clock.now();
    return {
      arn: this.#earlierArns.get(name) ?? this.newArn(name),
      name,
      created: now,
      versions: new Map(),
      tags,
      description,
      kmsKeyId: undefined,
      changed: now,
      accessed: undefined,
      deletion: undefined,
    };
  }

  /** By name, ARN, or ARN without the six characters at its end. */
  find(id: string): Secret | undefined {
    this.#forgetDeleted();
    const prefix = this.#arnOf("");
    const name = id.startsWith(prefix) ? id.slice(prefix.length) : id;
    const secret = this.#secrets.get(name) ?? this.#secrets.get(name.slice(0, -suffixLength - 1));
    if (name === id) return secret?.name === id ? secret : undefined;
    return secret?.arn === id || secret?.name === name ? secret : undefined;
  }

  /** @throws AwsError ResourceNotFoundException */
  get(id: string): Secret {
    const secret = this.find(id);
    if (!secret) throw secretNotFound();
    return secret;
  }

  /** @throws AwsError ResourceNotFoundException, or InvalidRequestException when it is marked for deletion */
  getUsable(id: string): Secret {
    const secret = this.get(id);
    if (secret.deletion !== undefined) throw markedForDeletion();
    return secret;
  }

  list(): readonly Secret[] {
    this.#forgetDeleted();
    return [...this.#secrets.values()];
  }

  remove({ name }: Secret): void {
    this.#secrets.delete(name);
  }

  /** @throws AwsError ResourceExistsException when there is a version of that id with other content */
  putVersion(
    secret: Secret,
    id: string,
    content: SecretContent,
    stages: readonly string[] = ["AWSCURRENT"],
  ): SecretVersion {
    const known = secret.versions.get(id);
    if (known && !sameContent(known.content, content)) {
      throw new AwsError("ResourceExistsException", "A resource with the ID you requested already exists.");
    }
    if (known) return known;
    const version = { id, content, created: this.clock.now(), stages: new Set(stages) };
    addVersion(secret, version);
    return version;
  }

  /** @throws AwsError ResourceNotFoundException, InvalidRequestException */
  version(secret: Secret, id: string | undefined, stage: string | undefined): SecretVersion {
    const wanted = stage ?? "AWSCURRENT";
    const version = id === undefined ? versionAt(secret, wanted) : secret.versions.get(id);
    if (!version) throw valueNotFound(id === undefined ? `staging label: ${wanted}` : `VersionId: ${id}`);
    if (stage !== undefined && !version.stages.has(stage)) {
      throw invalidRequest("You provided a VersionStage that is not associated to the provided VersionId.");
    }
    secret.accessed = this.clock.now();
    return version;
  }

  newArn(name: string): string {
    const suffix = Array.from({ length: suffixLength }, () => letters.charAt(randomInt(letters.length)));
    return this.#arnOf(`${name}-${suffix.join("")}`);
  }

  /** What a permission for a secret is asked for: its ARN, or one like it where there is none. */
  permissionArn(id: string): string {
    const known = this.find(id);
    if (known) return known.arn;
    return id.startsWith("arn:") ? id : this.#arnOf(`${id}-${"A".repeat(suffixLength)}`);
  }

  #arnOf(name: string): string {
    const { partition, region, accountId } = this.account;
    return `arn:${partition}:secretsmanager:${region}:${accountId}:secret:${name}`;
  }

  #forgetDeleted(): void {
    const now = this.clock.now();
    for (const secret of this.#secrets.values()) {
      if (secret.deletion !== undefined && secret.deletion <= now) this.remove(secret);
    }
  }
}
