import { createHash } from "node:crypto";
import type { Process } from "../catalogue/process";
import { workflowDefinition } from "./definition";

/**
 * Tells one workflow of a process from another, by what it does: known in a preview already, since it leaves out what
 * AWS decides.
 */
export function workflowRevision(process: Process): string {
  const functions = process.steps.flatMap((step) => (step.kind === "invoke" ? [step.function] : []));
  const definition = workflowDefinition(process, {
    partition: "",
    jobsTableName: "",
    handoffQueueUrl: "",
    functionArns: Object.fromEntries(functions.map((name) => [name, name])),
    batch: { queueArn: "", definitionArns: {} },
  });
  return createHash("sha256").update(JSON.stringify(definition)).digest("hex").slice(0, 12);
}
