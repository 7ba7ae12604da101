import { cpus, release, totalmem, type } from "node:os";
import Table from "cli-table3";
import { isHeld, type Figure } from "./figure";

const columns = ["figure", "value", "compared to", "limit", ""];

export function tableOf(figures: readonly Figure[]): string {
  const table = new Table({ head: columns, style: { head: [], border: [], compact: true } });
  for (const figure of figures) table.push(cellsOf(figure));
  return table.toString();
}

/** For `docs/performance.md`: the machine, the date and the table. */
export function markdownOf(figures: readonly Figure[], now: Date): string {
  const rows = [columns, columns.map(() => "---"), ...figures.map(cellsOf)];
  const table = rows.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
  return `${now.toISOString().slice(0, 10)}, ${machine()}\n\n${table}`;
}

function machine(): string {
  const processors = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const model = processors[0]?.model.trim() ?? "processors of an unknown kind";
  return `Node.js ${process.versions.node}, ${type()} ${release()}, ${processors.length} × ${model}, ${memory} GiB`;
}

function cellsOf(figure: Figure): string[] {
  const { name, value, unit, compared = "", limit } = figure;
  const verdict = limit === undefined ? "" : isHeld(figure) ? "held" : "MISSED";
  return [name, `${rounded(value)} ${unit}`.trim(), compared, limitOf(figure), verdict];
}

function limitOf({ limit, unit }: Figure): string {
  if (limit === undefined) return "";
  return ("atMost" in limit ? `≤ ${limit.atMost} ${unit}` : `≥ ${limit.atLeast} ${unit}`).trim();
}

export function rounded(value: number): string {
  if (value >= 100 || Number.isInteger(value)) return value.toFixed(0);
  return value.toPrecision(3);
}
