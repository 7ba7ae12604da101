import type { AnswerRecord } from "../../../functions/lib/job";
import type { Change, Drop, Evidence, Finding, Invariant } from "../evidence";

export const resumedWrongly: Invariant = {
  name: "resumed wrongly",
  rule: "a hand-off is resumed once at most, and with the content that was dropped first",
  check: (evidence) =>
    [...evidence.changes].flatMap(([jobId, changes]) => findings(evidence, jobId, changes)),
};

/**
 * A hand-off that was answered. When Step Functions has to ask again, because it did not hear that its request was taken,
 * there is another token, and what was dropped answers that one, too: it is the same hand-off.
 */
interface Claim {
  readonly token: string;
  readonly requestedAt: string;
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
      .find(({ step, requestedAt }) => step === claim.step && requestedAt === claim.requestedAt);
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
    const answer = handoff && steps?.[handoff.step]?.answer;
    if (!answer) continue;
    const { token, requestedAt, folder, step } = handoff;
    const isKnown = claims.some((claim) => claim.token === token && isSame(claim.answer, answer));
    if (!isKnown) claims.push({ token, requestedAt, folder, step, answer });
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
