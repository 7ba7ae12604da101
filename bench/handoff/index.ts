import { Executions } from "../cloud/executions";
import { withCloud, type MeasuredCloud } from "../cloud/measuredCloud";
import { Partner } from "../cloud/partner";
import { submitOne } from "../cloud/submissions";
import { median, percentile, type Figure } from "../figure";

const warmUps = 5;
const jobs = 40;

/** How long it takes from the PUT of `success.json` to the end of the execution, one job at a time. */
export function handoffFigures(): Promise<Figure[]> {
  return withCloud(async (cloud) => {
    const times = (await answerOneByOne(cloud)).slice(warmUps);
    return [
      {
        name: "success.json to execution finished, p50",
        value: median(times),
        unit: "ms",
        compared: `p95 ${percentile(times, 0.95).toFixed(0)} ms`,
        limit: { atMost: 60 },
      },
    ];
  });
}

/** In milliseconds. */
async function answerOneByOne(cloud: MeasuredCloud): Promise<number[]> {
  const partner = new Partner(cloud.facts);
  const executions = new Executions(cloud.facts);
  const times: number[] = [];
  try {
    for (let job = 0; job < warmUps + jobs; job++) {
      const jobId = await submitOne(cloud.facts, "settlement");
      await cloud.logged("hand-off opened", jobId);
      const dropped = Date.now();
      await partner.succeed(jobId);
      await cloud.logged("job ended", jobId);
      times.push((await executions.endOf(jobId)) - dropped);
    }
    return times;
  } finally {
    partner.stop();
    executions.stop();
  }
}
