import Table from "cli-table3";
import type { BuildSummary } from "../../functions/lib/tags/buildGroups";
import type { GroupDrift } from "../../functions/lib/tags/findDrift";
import { groupName } from "../../functions/lib/tags/tagGroup";
import type { LoadSummary } from "./load";

const plain = { style: { head: [], border: [] } };

/** What resources lack: a row for each tag. */
export function renderDrift(drifts: readonly GroupDrift[]): string {
  const table = new Table({ head: ["resource", "group", "tag", "has", "should have"], ...plain });
  for (const { group, drifted } of drifts) {
    for (const { arn, missing } of drifted) {
      for (const { key, found, wanted } of missing) {
        table.push([arn, groupName(group), key, found ?? "", wanted]);
      }
    }
  }
  return table.length === 0 ? "Every resource has the tags of its group." : table.toString();
}

export function renderDriftTotals(drifts: readonly GroupDrift[]): string {
  const sum = (count: (drift: GroupDrift) => number) =>
    drifts.reduce((total, drift) => total + count(drift), 0);
  const seen = sum((drift) => drift.seen);
  const lacking = sum(({ drifted }) => drifted.length);
  const pages = sum((drift) => drift.pages);
  return `${seen} resources seen on ${pages} pages: ${seen - lacking} compliant, ${lacking} to be tagged`;
}

export function renderBuild({ pages, seen, compliant, delivered, failures }: BuildSummary): string {
  const counts = `${compliant} compliant, ${delivered} tagged, ${failures.length} failed`;
  return `${seen} resources seen on ${pages} pages: ${counts}`;
}

/** Each resource that stays as it was, with the reason. */
export function renderFailures({ failures }: Pick<BuildSummary, "failures">): string {
  const table = new Table({ head: ["resource", "error", "reason"], ...plain });
  for (const { arn, code, reason } of failures) table.push([arn, code, reason]);
  return table.toString();
}

export function renderLoad({ added, changed, unchanged, removed, others }: LoadSummary): string {
  const counts = `${added} groups added, ${changed} changed, ${unchanged} unchanged, ${removed} removed`;
  return others === 0 ? counts : `${counts}; ${others} others stay`;
}
