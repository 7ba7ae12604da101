import type { JobRecord } from "../../functions/lib/job";

/** A job record with the given facts, and plain ones for the rest. */
export function aJob(facts: Partial<JobRecord> = {}): JobRecord {
  return {
    jobId: "j1",
    process: "settlement",
    status: "SUBMITTED",
    parameters: "{}",
    source: "api",
    requestedBy: "arn:aws:iam::000000000000:user/ann",
    createdAt: "2026-01-01T00:00:00.000Z",
    updatedAt: "2026-01-01T00:00:02.000Z",
    steps: {},
    expiresAt: 1_800_000_000,
    ...facts,
  };
}
