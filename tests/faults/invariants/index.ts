import type { Evidence, Finding, Invariant } from "../evidence";
import { backwards } from "./backwards";
import { doubled } from "./doubled";
import { lost } from "./lost";
import { mixedUp } from "./mixedUp";
import { resumedWrongly } from "./resumed";
import { untold } from "./untold";

/** What must hold when a run has come to rest, whatever went wrong in it. */
export const invariants: readonly Invariant[] = [lost, doubled, untold, backwards, resumedWrongly, mixedUp];

export interface Verdict {
  readonly invariant: Invariant;
  readonly findings: readonly Finding[];
}

/** Checks them all. */
export function judge(evidence: Evidence): Verdict[] {
  return invariants.map((invariant) => ({ invariant, findings: invariant.check(evidence) }));
}
