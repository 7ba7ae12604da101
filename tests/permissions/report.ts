import { readdirSync } from "node:fs";
import * as path from "node:path";
import Table from "cli-table3";
import Mocha from "mocha";
import { grantsOf, type Grant } from "../../local/iam/grants";
import { sharedRelay, stopSharedRelay, usage } from "../helpers/relay";
import type { Access } from "../../local/iam/access";
import { allowedUnused } from "./allowedUnused";

/**
 * `npm run permissions`: runs the scenarios of the end-to-end suite and compares what was granted with what was used.
 * Exits with 1 when something was granted and never used, when a scenario was denied something, or when one failed.
 */
async function main(): Promise<void> {
  const failures = await runScenarios();
  const relay = await sharedRelay();
  const unused = printGrants(relay.cloud.access);
  const { denied } = usage;
  printDenied();
  await stopSharedRelay();
  console.log(`${unused} unused, ${denied.length} denied, ${failures} scenarios failed`);
  process.exit(unused + denied.length + failures === 0 ? 0 : 1);
}

function runScenarios(): Promise<number> {
  const mocha = new Mocha({ timeout: 60_000, reporter: "dot" });
  const folder = path.resolve(__dirname, "../workflows");
  for (const file of readdirSync(folder))
    if (file.endsWith(".test.ts")) mocha.addFile(path.join(folder, file));
  return new Promise((resolve) => mocha.run(resolve));
}

/** @returns how many grants were never used, without a reason to be there all the same */
function printGrants(access: Access): number {
  const head = ["principal", "statement", "action", "used"];
  const table = new Table({ head, chars: plainLines, style: { head: [], border: [] } });
  let unused = 0;
  const grants = grantsOf(access);
  const usedByWorkflows = new Set(grants.filter((grant) => usage.isUsed(grant)).flatMap(workflowGrant));
  for (const grant of grants) {
    const verdict = verdictOn(
      grant,
      workflowGrant(grant).some((used) => usedByWorkflows.has(used)),
    );
    if (verdict === never) unused += 1;
    table.push([shortened(grant.principal), grant.sid, grant.action, verdict]);
  }
  console.log(table.toString());
  return unused;
}

/** A line under the head, and none between rows. */
const plainLines = { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" };

const never = "NEVER USED";

/**
 * What a workflow's role is granted, whichever process it belongs to; nothing for other roles. Every workflow is
 * rendered from the same states, so that one process' container that is stopped shows the need of all.
 */
function workflowGrant({ principal, sid, action }: Grant): string[] {
  return /\bworkflow-/.test(principal) ? [`${sid} ${action}`] : [];
}

function verdictOn(grant: Grant, usedByAnother: boolean): string {
  if (usage.isUsed(grant)) return "used";
  if (usedByAnother) return "by other workflows";
  const reason = allowedUnused(grant);
  return reason === undefined ? never : `not here: ${reason}`;
}

function printDenied(): void {
  for (const { principal, action, resource } of usage.denied) {
    console.log(`DENIED  ${principal}  ${action}  ${resource}`);
  }
}

/** Without the hash of a physical name, and the parts of an ARN that are the same for all. */
function shortened(principal: string): string {
  return principal.replace(/-[0-9a-f]{7}\b/g, "").replace(/arn:aws:\w+:[\w-]*:\d*:/g, "");
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
