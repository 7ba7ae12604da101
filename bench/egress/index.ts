import { median, type Figure } from "../figure";
import { copyByFunction, copyByPipeline, type Copy } from "./copies";
import { inArchive } from "./archive";
import { startServers } from "./servers";

const megabyte = 1_000_000;
const [small, large] = [100 * megabyte, 1000 * megabyte];
const runs = 5;

/** What copying an output takes: the function's archive, from an HTTP source to an S3 that discards. */
export async function egressFigures(): Promise<Figure[]> {
  const servers = await startServers();
  try {
    return await inArchive(servers.url, async (folder) => {
      const short = await copyByFunction(folder, servers.url, small);
      const byFunction: Copy[] = [];
      const byPipeline: Copy[] = [];
      // By turns, so that whatever else the machine does meets both.
      for (let run = 0; run < runs; run++) {
        byPipeline.push(await copyByPipeline(servers.url, large));
        byFunction.push(await copyByFunction(folder, servers.url, large));
      }
      return figuresOf(short, byFunction, byPipeline);
    });
  } finally {
    await servers.stop();
  }
}

function figuresOf(short: Copy, byFunction: readonly Copy[], byPipeline: readonly Copy[]): Figure[] {
  const memory = median(byFunction.map(({ peakBytes }) => peakBytes)) / megabyte;
  const shortMemory = short.peakBytes / megabyte;
  const speed = median(byFunction.map(speedOf));
  const plain = median(byPipeline.map(speedOf));
  return [
    { name: "egress: peak memory, 1 GB", value: memory, unit: "MB", limit: { atMost: 160 } },
    {
      name: "egress: memory of 1 GB by that of 100 MB",
      value: memory / shortMemory,
      unit: "×",
      compared: `${shortMemory.toFixed(0)} MB`,
      limit: { atMost: 1.1 },
    },
    {
      name: "egress: throughput by that of a plain pipeline",
      value: speed / plain,
      unit: "×",
      compared: `${plain.toFixed(0)} MB/s`,
      limit: { atLeast: 0.7 },
    },
  ];
}

/** In MB a second. */
function speedOf({ bytes, milliseconds }: Copy): number {
  return bytes / megabyte / (milliseconds / 1000);
}
