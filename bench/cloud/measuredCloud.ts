import { fork, type ChildProcess } from "node:child_process";
import { EventEmitter, once } from "node:events";
import * as path from "node:path";
import type { Awaited, CloudFacts, CloudMessage, CloudRequest } from "./protocol";

type Report = Extract<CloudMessage, { kind: "report" }>;

/** A local cloud in a process of its own, seen from outside. */
export class MeasuredCloud {
  readonly #events = new EventEmitter().setMaxListeners(0);
  /** When a function has logged about a job, by `<message> <jobId>`. */
  readonly #logged = new Map<string, number>();

  private constructor(
    private readonly child: ChildProcess,
    readonly facts: CloudFacts,
  ) {
    child.on("message", (message: CloudMessage) => {
      if (message.kind === "logged") this.#note(`${message.message} ${message.jobId}`, message.at);
      if (message.kind === "report") this.#events.emit("report", message);
    });
  }

  /** @throws what kept the local cloud from starting */
  static async start(): Promise<MeasuredCloud> {
    const child = fork(path.join(__dirname, "cloudProcess.ts"), {
      // As `npm run local` starts it.
      execArgv: ["--max-semi-space-size=32", "-r", "./tools/typescript.cjs"],
    });
    const [message] = (await once(child, "message")) as [CloudMessage];
    if (message.kind !== "ready") throw new Error(message.kind === "failed" ? message.reason : message.kind);
    return new MeasuredCloud(child, message.facts);
  }

  /** Resolves with the time, in milliseconds since the epoch, at which a function said this of a job. */
  async logged(message: Awaited, jobId: string): Promise<number> {
    const line = `${message} ${jobId}`;
    const at = this.#logged.get(line);
    if (at !== undefined) return at;
    const [later] = (await once(this.#events, line)) as [number];
    return later;
  }

  async report(): Promise<Report> {
    const answered = once(this.#events, "report");
    this.#tell("report");
    const [report] = (await answered) as [Report];
    return report;
  }

  async stop(): Promise<void> {
    const ended = once(this.child, "exit");
    this.#tell("stop");
    await ended;
  }

  #note(line: string, at: number): void {
    this.#logged.set(line, at);
    this.#events.emit(line, at);
  }

  #tell(request: CloudRequest): void {
    this.child.send(request);
  }
}

/** Acts upon a new local cloud, which is stopped afterwards. */
export async function withCloud<T>(act: (cloud: MeasuredCloud) => Promise<T>): Promise<T> {
  const cloud = await MeasuredCloud.start();
  try {
    return await act(cloud);
  } finally {
    await cloud.stop();
  }
}
