import { spawn } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";
import { createInterface } from "node:readline";
import { median, type Figure } from "../figure";

const runs = 3;

/** How long `npm run local` takes until it says that it runs; it has run before on this machine. */
export async function startFigures(): Promise<Figure[]> {
  const first = await start();
  const seconds: number[] = [];
  for (let run = 0; run < runs; run++) seconds.push(await start());
  return [
    {
      name: "npm run local, ready",
      value: median(seconds),
      unit: "s",
      compared: `${first.toFixed(2)} s for the first start of this run`,
      limit: { atMost: 4 },
    },
  ];
}

/** In seconds, npm included. */
async function start(): Promise<number> {
  const started = performance.now();
  const args = ["run", "--silent", "local", "--", "--port", "0", "--endpoint-port", "0"];
  const child = spawn("npm", args, {
    cwd: path.resolve(__dirname, "../.."),
    stdio: ["ignore", "pipe", "inherit"],
    // Of a group of its own, so that npm's child hears of the end, too.
    detached: true,
  });
  const ended = once(child, "exit");
  try {
    for await (const line of createInterface(child.stdout)) {
      if (line.startsWith("Jobrelay runs on this machine")) return (performance.now() - started) / 1000;
    }
    throw new Error("npm run local has ended before it was ready");
  } finally {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGINT");
    child.stdout.resume();
    await ended;
  }
}
