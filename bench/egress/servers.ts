import { spawn } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";
import { createInterface } from "node:readline";

export interface Servers {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts the source and the sink in a process of their own, so that the memory that is measured is not theirs. */
export async function startServers(): Promise<Servers> {
  const file = path.join(__dirname, "serversProcess.ts");
  const child = spawn(process.execPath, ["-r", "./tools/typescript.cjs", file], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [url] = (await once(createInterface(child.stdout), "line")) as [string];
  return {
    url,
    async stop() {
      const ended = once(child, "exit");
      child.kill();
      await ended;
    },
  };
}
