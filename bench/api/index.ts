import { withCloud } from "../cloud/measuredCloud";
import { sendSubmissions, signSubmissions } from "../cloud/submissions";
import { median, percentile, type Figure } from "../figure";

const concurrency = 16;
const requests = 3000;

/** How fast `POST /jobs` is answered while the jobs run: signatures, schemas and permissions are checked. */
export function apiFigures(): Promise<Figure[]> {
  return withCloud(async ({ facts }) => {
    await sendSubmissions(await signSubmissions(facts, "settlement", 200), concurrency);
    const submissions = await signSubmissions(facts, "settlement", requests);
    const started = performance.now();
    const answers = await sendSubmissions(submissions, concurrency);
    const seconds = (performance.now() - started) / 1000;
    const times = answers.map(({ milliseconds }) => milliseconds);
    return [
      { name: "POST /jobs, concurrency 16", value: requests / seconds, unit: "/s", limit: { atLeast: 300 } },
      {
        name: "POST /jobs, p99",
        value: percentile(times, 0.99),
        unit: "ms",
        compared: `p50 ${median(times).toFixed(1)} ms`,
        limit: { atMost: 60 },
      },
    ];
  });
}
