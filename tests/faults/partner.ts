import { createHash } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { GetObjectCommand, PutObjectCommand, S3ServiceException } from "@aws-sdk/client-s3";
import type { HandoffRecord } from "../../functions/lib/job";
import type { AcceptedJob, Drop } from "./evidence";
import type { PartnerHabit } from "./plan";
import { reaching } from "./reaching";
import type { World } from "./world";

/** How long `data.json` may take after the job is WAITING, in milliseconds. */
const patience = 120_000;

/** Within it a heartbeat must come; a part of what the process `attentive` demands, in milliseconds. */
const betweenHeartbeats = 2_000;

/** S3 tells to the second when an object was written: of two files of one second nobody knows which was first. */
const apart = 1_100;

/** The other side: answers hand-offs according to its habits, and keeps book of what it dropped. */
export class Partner {
  readonly drops: Drop[] = [];
  #dropped = 0;
  /** By job, what was dropped last, once it is there. */
  readonly #last = new Map<string, Promise<Drop | undefined>>();

  constructor(private readonly world: World) {}

  /** Before anybody asks; the folder of a job with one hand-off can be guessed. */
  async answerEarly(job: AcceptedJob): Promise<void> {
    await this.#drop(job, `${job.jobId}/`, "success");
  }

  /** @param habit when a job is redriven, the partner is prompt, whatever it was before */
  async answer(job: AcceptedJob, { folder }: HandoffRecord, habit: PartnerHabit): Promise<void> {
    if (habit === "never" || habit === "late" || habit === "early") return;
    await this.#awaitData(folder);
    await wait(job.thinks);
    switch (habit) {
      case "prompt":
        return this.#drop(job, folder, "success");
      case "twice": {
        const content = this.#content(job);
        await this.#drop(job, folder, "success", content);
        return this.#drop(job, folder, "success", content);
      }
      case "twice differently":
        await this.#drop(job, folder, "success");
        return this.#drop(job, folder, "success");
      case "success, then failure":
        await this.#drop(job, folder, "success");
        return this.#drop(job, folder, "failure");
      case "malformed first":
        await this.#drop(job, folder, "success", '{"token": ');
        await wait(job.thinks);
        return this.#drop(job, folder, "success");
      case "failure":
        return this.#drop(job, folder, "failure");
      case "heartbeat first":
        await this.#drop(job, folder, "heartbeat");
        await wait(betweenHeartbeats);
        return this.#drop(job, folder, "success");
      case "heartbeat, then silent":
        return this.#drop(job, folder, "heartbeat");
    }
  }

  /** When the job has ended already. */
  async answerLate(job: AcceptedJob, { folder }: HandoffRecord): Promise<void> {
    await this.#drop(job, folder, "success");
  }

  #content({ token }: AcceptedJob): string {
    return JSON.stringify({ token, drop: ++this.#dropped });
  }

  /** One file of a job after another, so that it is known which came first, whatever it is that asked for them. */
  async #drop(job: AcceptedJob, folder: string, kind: Drop["kind"], text?: string): Promise<void> {
    const before = this.#last.get(job.jobId) ?? Promise.resolve(undefined);
    const put = before.then(async (last) => {
      if (last && last.kind !== kind) await wait(apart);
      return this.#put(job, folder, kind, text);
    });
    const settled = put.catch(() => undefined);
    this.#last.set(job.jobId, settled);
    await put;
  }

  async #put(job: AcceptedJob, folder: string, kind: Drop["kind"], text?: string): Promise<Drop> {
    const content = text ?? (kind === "failure" ? this.#failure(job) : this.#content(job));
    const key = `inbound/${folder}${kind}.json`;
    const eTag = createHash("md5").update(content).digest("hex");
    // Noted before: what is put may be handled before the answer to putting it is here.
    const drop = { jobId: job.jobId, key, eTag, kind, valid: isJson(content), content };
    this.drops.push(drop);
    const object = { Bucket: this.world.bucket, Key: key, Body: Buffer.from(content) };
    await reaching(() => this.world.partnerS3.send(new PutObjectCommand(object)));
    return drop;
  }

  #failure({ token }: AcceptedJob): string {
    return JSON.stringify({ error: "Refused", cause: `${token} ${++this.#dropped}` });
  }

  /** The sign that an answer is awaited. */
  async #awaitData(folder: string): Promise<void> {
    const Key = `outbound/${folder}data.json`;
    const until = Date.now() + patience;
    for (let pause = 50; Date.now() < until; pause = Math.min(2 * pause, 2_000)) {
      try {
        const Bucket = this.world.bucket;
        const get = () => this.world.partnerS3.send(new GetObjectCommand({ Bucket, Key }));
        const { Body } = await reaching(get);
        // What is not read would keep its connection.
        await Body?.transformToByteArray();
        return;
      } catch (error) {
        await wait(pause);
        // Who may not list a bucket is not told either that an object is not there.
        if (!(error instanceof S3ServiceException && error.name === "AccessDenied")) throw error;
      }
    }
    // Its opening may lie among the dead letters: then there is nobody to answer.
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
