import type { AnswerRecord } from "../../../functions/lib/job";
import type { Change, Drop, Evidence, Finding, Invariant } from "../evidence";

export const resumedWrongly: Invariant = {
  name: "resumed wrongly",
  rule: "a hand-off is resumed once at most, and with the content that was dropped first",
  check: (evidence) =>
    [...evidence.changes].flatMap(([jobId, changes]) => findings(evidence, jobId, changes)),
};

/**
 * A hand-off that was answered. It may be asked for again, with another token: by Step Functions, which did not hear that
 * its request was taken, or after a redrive, when the request from before it arrives last. What was dropped answers
 * that one, too: it is the same hand-off until the step has ended and its job is redriven.
 */
interface Claim {
  readonly token: string;
  /** How often the step had been run before the job was redriven. */
  readonly earlierRuns: number;
  readonly folder: string;
  readonly step: string;
  readonly answer: AnswerRecord;
}

function findings({ drops }: Evidence, jobId: string, changes: readonly Change[]): Finding[] {
  const claims = claimsOf(changes);
  const used = new Set<Drop>();
  return claims.flatMap((claim, index) => {
    const earlier = claims
      .slice(0, index)
      .find(({ step, earlierRuns }) => step === claim.step && earlierRuns === claim.earlierRuns);
    if (earlier && isSame(earlier.answer, claim.answer)) return [];
    if (earlier)
      return [
        {
          jobId,
          message: `${claim.step} was answered by ${nameOf(earlier.answer)} and by ${nameOf(claim.answer)}`,
        },
      ];
    return notTheFirst(drops, used, jobId, claim);
  });
}

/**
 * Each answer that the table has recorded, once. What a record was before a change counts, too: the change in which it
 * was answered may have been missed while the local cloud was away.
 */
function claimsOf(changes: readonly Change[]): Claim[] {
  const claims: Claim[] = [];
  for (const record of changes.flatMap(({ before, after }) => [before, after])) {
    const { handoff, steps } = record ?? {};
    const { answer, earlier = [] } = (handoff && steps?.[handoff.step]) ?? {};
    if (!handoff || !answer) continue;
    const { token, folder, step } = handoff;
    const isKnown = claims.some((claim) => claim.token === token && isSame(claim.answer, answer));
    if (!isKnown) claims.push({ token, earlierRuns: earlier.length, folder, step, answer });
  }
  return claims;
}

/** A drop answers one hand-off; what comes after it in the same folder is late. */
function notTheFirst(drops: readonly Drop[], used: Set<Drop>, jobId: string, claim: Claim): Finding[] {
  const { step, folder, answer } = claim;
  const there = drops.filter(
    ({ key, valid, kind }) => valid && kind !== "heartbeat" && key.startsWith(`inbound/${folder}`),
  );
  const first = there.find((drop) => !used.has(drop));
  if (!first) return [{ jobId, message: `${step} was answered by ${nameOf(answer)}, which nobody dropped` }];
  for (const drop of there) if (isSame(drop, first)) used.add(drop);
  if (isSame(first, answer)) return [];
  return [
    { jobId, message: `${step} was answered by ${nameOf(answer)}; ${nameOf(first)} was dropped first` },
  ];
}

type File = Pick<AnswerRecord, "key" | "eTag">;

function isSame(one: File, other: File): boolean {
  return one.key === other.key && one.eTag === other.eTag;
}

function nameOf({ key, eTag }: File): string {
  return `${key.slice(key.lastIndexOf("/") + 1)} (${eTag.slice(0, 8)})`;
}
