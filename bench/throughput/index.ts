import { withCloud, type MeasuredCloud } from "../cloud/measuredCloud";
import { Partner } from "../cloud/partner";
import { rounds } from "../cloud/rounds";
import { sendSubmissions, signSubmissions } from "../cloud/submissions";
import { median, type Figure } from "../figure";

const jobs = 1000;
const concurrency = 16;

/** How many jobs a second go from the request to the notification, a thousand of them waiting at the same time. */
export function throughputFigures(): Promise<Figure[]> {
  return withCloud(async (cloud) => {
    await settle(cloud, 50);
    const { first, measured } = await rounds(() => settle(cloud, jobs));
    const seconds = median(measured);
    const { memory } = await cloud.report();
    return [
      {
        name: "settlement jobs, 1,000 in flight",
        value: jobs / seconds,
        unit: "/s",
        compared: `${seconds.toFixed(1)} s in all; ${(jobs / first).toFixed(1)} /s for the first thousand`,
        limit: { atLeast: 60 },
      },
      {
        name: "memory of the local cloud, at its peak",
        value: memory.peak / 1e6,
        unit: "MB",
        compared: `${(memory.now / 1e6).toFixed(0)} MB at the end`,
        limit: { atMost: 1000 },
      },
    ];
  });
}

/** Submits jobs, answers their hand-offs when all are open, and waits until everyone is told. @returns seconds */
async function settle(cloud: MeasuredCloud, count: number): Promise<number> {
  const submissions = await signSubmissions(cloud.facts, "settlement", count);
  const partner = new Partner(cloud.facts);
  const started = performance.now();
  try {
    const answers = await sendSubmissions(submissions, concurrency);
    await Promise.all(answers.map(({ jobId }) => cloud.logged("hand-off opened", jobId)));
    const waiting = answers.values();
    const succeedWaiting = async () => {
      for (const { jobId } of waiting) await partner.succeed(jobId);
    };
    await Promise.all(Array.from({ length: concurrency }, succeedWaiting));
    await Promise.all(answers.map(({ jobId }) => cloud.logged("job ended", jobId)));
    return (performance.now() - started) / 1000;
  } finally {
    partner.stop();
  }
}
