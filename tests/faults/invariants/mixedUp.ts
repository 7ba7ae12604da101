import type { AcceptedJob, Evidence, Finding, Invariant, Json } from "../evidence";

export const mixedUp: Invariant = {
  name: "mixed up",
  rule: "no result and no output belongs to another job, and a result is what the hand-off was answered with",
  check: (evidence) => [
    ...evidence.accepted.flatMap((job) => strangers(evidence, job)),
    ...outputs(evidence),
  ],
};

function strangers(evidence: Evidence, job: AcceptedJob): Finding[] {
  const record = evidence.records.get(job.jobId);
  if (record?.result === undefined) return [];
  const results = JSON.parse(record.result) as Readonly<Record<string, Json>>;
  return Object.entries(results).flatMap(([step, result]) => [
    ...strangeTokens(job, step, result),
    ...otherContent(evidence, job, step, result),
  ]);
}

function strangeTokens({ jobId, token }: AcceptedJob, step: string, result: Json): Finding[] {
  const found = tokensIn(result).filter((other) => other !== token);
  return found.map((other) => ({
    jobId,
    message: `the result of ${step} has the token ${other} and not ${token}`,
  }));
}

function tokensIn(value: Json): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    name === "token" && typeof member === "string" ? [member] : tokensIn(member),
  );
}

/** What was dropped under the ETag with which the step was answered. */
function contentOf({ records, drops }: Evidence, { jobId }: AcceptedJob, step: string): string {
  const answer = records.get(jobId)?.steps[step]?.answer;
  return drops.find(({ key, eTag }) => key === answer?.key && eTag === answer.eTag)?.content ?? "";
}

function otherContent(evidence: Evidence, job: AcceptedJob, step: string, result: Json): Finding[] {
  const content = contentOf(evidence, job, step);
  if (content === "" || isSame(JSON.parse(content) as Json, result)) return [];
  return [{ jobId: job.jobId, message: `the result of ${step} is not the answer ${content}` }];
}

function isSame(one: Json, other: Json): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** A file lies under the id of its job, or of the platform's output. */
function outputs({ accepted, outputs: files }: Evidence): Finding[] {
  const owners = new Map(accepted.flatMap((job) => [[job.jobId, job] as const, [job.token, job] as const]));
  return files.flatMap(({ key, text }) => {
    const owner = owners.get(key.split("/")[1] ?? "");
    if (!owner || text === owner.token) return [];
    return [{ jobId: owner.jobId, message: `${key} has the token ${text} and not ${owner.token}` }];
  });
}
