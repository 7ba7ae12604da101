import type { JobStatus } from "./evidence";
import type { RunOptions, RunResult } from "./run";

/** The most findings of an invariant that are printed. */
const shown = 20;

/** What came of a run, in lines; and how to run it again if something did not hold. */
export function reportOf(options: RunOptions, result: RunResult): string {
  const { evidence, verdicts, failures, faults, restarts, took } = result;
  const broken = verdicts.filter(({ findings }) => findings.length > 0);
  return [
    `${evidence.accepted.length} of ${options.jobs} jobs accepted, seed ${options.seed}, ${(took / 1000).toFixed(0)} s`,
    `ended: ${counted(statuses(result))}`,
    `dead letters: ${counted(deadLetters(result))}`,
    `faults: ${counted({ ...faults, restarted: restarts })}`,
    ...(failures.length > 0
      ? [`in vain, although tried again: ${failures.length}`, ...indented(failures)]
      : []),
    "",
    verdicts.map(({ invariant, findings }) => `${findings.length} ${invariant.name}`).join(", "),
    ...broken.flatMap(({ invariant, findings }) => [
      "",
      `${invariant.name}: ${invariant.rule}`,
      ...indented(findings.map(({ jobId, message }) => `${jobId}: ${message}`)),
    ]),
    ...(broken.length > 0 ? ["", `Again: ${commandOf(options)}`] : []),
  ].join("\n");
}

/** The command that runs the same jobs with the same decisions. */
export function commandOf({ jobs, seed, rate, restarts = 0 }: RunOptions): string {
  return `npm run test:faults -- --jobs ${jobs} --seed ${seed} --rate ${rate} --restarts ${restarts}`;
}

function indented(lines: readonly string[]): string[] {
  const rest = lines.length > shown ? [`  … and ${lines.length - shown} more`] : [];
  return [...lines.slice(0, shown).map((line) => `  ${line}`), ...rest];
}

function counted(counts: Readonly<Record<string, number>>): string {
  const texts = Object.entries(counts).map(([name, count]) => `${name} ${count}`);
  return texts.join(", ") || "none";
}

function statuses({ evidence }: RunResult): Record<string, number> {
  const counts: Partial<Record<JobStatus, number>> = {};
  for (const { status } of evidence.records.values()) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

function deadLetters({ evidence }: RunResult): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { queue } of evidence.deadLetters) counts[queue] = (counts[queue] ?? 0) + 1;
  return counts;
}
