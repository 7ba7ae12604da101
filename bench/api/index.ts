import { withCloud } from "../cloud/measuredCloud";
import { roundCount, rounds } from "../cloud/rounds";
import { sendSubmissions, signSubmissions, type Submitted } from "../cloud/submissions";
import { median, percentile, type Figure } from "../figure";

const concurrency = 16;
const requests = 3000;

/** How fast `POST /jobs` is answered while the jobs run: signatures, schemas and permissions are checked. */
export function apiFigures(): Promise<Figure[]> {
  return withCloud(async ({ facts }) => {
    // In one go: between two rounds, what is behind the API would go on, and meet the next one.
    const submissions = await signSubmissions(facts, "settlement", requests * roundCount);
    const started = performance.now();
    const answers = await sendSubmissions(submissions, concurrency);
    const { first, measured } = await rounds((round) => roundOf(answers, round, started));
    const p50 = median(measured.map((each) => each.p50)).toFixed(1);
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
        compared: `p50 ${p50} ms; p99 of the first 3,000 ${first.p99.toFixed(1)} ms`,
        limit: { atMost: 60 },
      },
    ];
  });
}

/** @param answers in the order of their coming @param started when the first request was sent */
function roundOf(answers: readonly Submitted[], round: number, started: number) {
  const own = answers.slice(round * requests, (round + 1) * requests);
  const times = own.map(({ milliseconds }) => milliseconds);
  const begun = answers[round * requests - 1]?.at ?? started;
  const seconds = ((own.at(-1)?.at ?? NaN) - begun) / 1000;
  return { rate: own.length / seconds, p50: median(times), p99: percentile(times, 0.99) };
}
