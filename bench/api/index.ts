import { withCloud } from "../cloud/measuredCloud";
import { rounds } from "../cloud/rounds";
import { sendSubmissions, signSubmissions } from "../cloud/submissions";
import { median, percentile, type Figure } from "../figure";

const concurrency = 16;
const requests = 3000;

/** How fast `POST /jobs` is answered while the jobs run: signatures, schemas and permissions are checked. */
export function apiFigures(): Promise<Figure[]> {
  return withCloud(async ({ facts }) => {
    await sendSubmissions(await signSubmissions(facts, "settlement", 200), concurrency);
    const { first, measured } = await rounds(async () => {
      const submissions = await signSubmissions(facts, "settlement", requests);
      const started = performance.now();
      const answers = await sendSubmissions(submissions, concurrency);
      const seconds = (performance.now() - started) / 1000;
      const times = answers.map(({ milliseconds }) => milliseconds);
      return { rate: requests / seconds, p50: median(times), p99: percentile(times, 0.99) };
    });
    return [
      {
        name: "POST /jobs, concurrency 16",
        value: median(measured.map(({ rate }) => rate)),
        unit: "/s",
        compared: `${first.rate.toFixed(0)} /s for the first 3,000`,
        limit: { atLeast: 300 },
      },
      {
        name: "POST /jobs, p99",
        value: median(measured.map(({ p99 }) => p99)),
        unit: "ms",
        compared: `p50 ${median(measured.map(({ p50 }) => p50)).toFixed(1)} ms; p99 ${first.p99.toFixed(0)} ms of the first 3,000`,
        limit: { atMost: 60 },
      },
    ];
  });
}
