import type { Job } from "./job";

/** The jobs that must succeed before a job may run; for a child of an array, its own counterparts too. */
export function dependenciesOf(job: Job): readonly Job[] {
  const { submission, member } = job;
  return submission.dependsOn.flatMap(({ type, job: other }) => {
    if (type === undefined) return [other];
    // The array job itself waits for what concerns all of its children only.
    if (!member) return [];
    const counterpart =
      type === "N_TO_N" ? other.children[member.index] : member.parent.children[member.index - 1];
    return counterpart ? [counterpart] : [];
  });
}

/** Whether the dependencies are met, or never will be. */
export function outlook(dependencies: readonly Job[]): "open" | "met" | "failed" {
  if (dependencies.some(({ status }) => status === "FAILED")) return "failed";
  return dependencies.every(({ status }) => status === "SUCCEEDED") ? "met" : "open";
}
