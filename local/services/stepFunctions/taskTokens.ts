import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { AwsError } from "../service";
import type { PendingTask } from "./pendingTask";

const separator = "|";

/**
 * The task tokens of the local cloud. A token is signed and names its execution, so that one whose task has ended
 * is told from one that never was, without keeping any.
 */
export class TaskTokens {
  #key = randomBytes(32);
  readonly #pending = new Map<string, PendingTask>();

  /** With which tokens are signed; those of an earlier run are good when its key is taken. */
  get key(): Uint8Array {
    return this.#key;
  }

  set key(key: Uint8Array) {
    this.#key = Buffer.from(key);
  }

  /** A token of its own for one attempt at a task. */
  issue(executionArn: string): string {
    const claim = `${executionArn}${separator}${randomBytes(48).toString("base64url")}`;
    return Buffer.from(`${claim}${separator}${this.#sign(claim)}`).toString("base64");
  }

  open(token: string, task: PendingTask): void {
    this.#pending.set(token, task);
  }

  close(token: string): void {
    this.#pending.delete(token);
  }

  /** The execution that a token was issued to; undefined for a text that is no token. */
  executionArn(token: string): string | undefined {
    const bytes = Buffer.from(token, "base64");
    // The decoder passes over what is not base64: only the very text that was issued is the token.
    if (bytes.toString("base64") !== token) return undefined;
    const [arn, nonce, signature] = bytes.toString().split(separator);
    if (arn === undefined || nonce === undefined || signature === undefined) return undefined;
    const expected = Buffer.from(this.#sign(`${arn}${separator}${nonce}`));
    const given = Buffer.from(signature);
    return given.length === expected.length && timingSafeEqual(given, expected) ? arn : undefined;
  }

  /** The task that waits for `token`. @throws AwsError InvalidToken, TaskTimedOut */
  waiting(token: string): PendingTask {
    if (this.executionArn(token) === undefined) {
      throw new AwsError("InvalidToken", "Invalid Token: 'Invalid token'");
    }
    const task = this.#pending.get(token);
    if (!task?.open) {
      throw new AwsError("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'");
    }
    return task;
  }

  #sign(claim: string): string {
    return createHmac("sha256", this.#key).update(claim).digest("base64url");
  }
}
