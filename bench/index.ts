import { parseArgs } from "node:util";
import Table from "cli-table3";
import { egressFigures } from "./egress";
import { isHeld, type Figure } from "./figure";

const benches: Readonly<Record<string, () => Promise<readonly Figure[]>>> = { egress: egressFigures };

const usage = `Usage: npm run bench -- [NAME …] [--json]

  NAME     ${Object.keys(benches).join(", ")} (default: all)
  --json   print the figures as JSON
  --help   show this`;

/** `npm run bench`: measures, and fails when a figure does not keep its limit. */
async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { json: { type: "boolean", default: false }, help: { type: "boolean", default: false } },
  });
  const unknown = positionals.filter((name) => !Object.hasOwn(benches, name));
  if (values.help || unknown.length > 0) {
    console.log(unknown.length > 0 ? `There is no bench ${unknown.join(", ")}.\n\n${usage}` : usage);
    return unknown.length > 0 ? 2 : 0;
  }
  const names = positionals.length > 0 ? positionals : Object.keys(benches);
  const figures: Figure[] = [];
  for (const name of names) figures.push(...((await benches[name]?.()) ?? []));
  console.log(values.json ? JSON.stringify(figures, undefined, 2) : tableOf(figures));
  return figures.every(isHeld) ? 0 : 1;
}

function tableOf(figures: readonly Figure[]): string {
  const table = new Table({ head: ["figure", "value", "compared to", "limit", ""], style: { head: [] } });
  for (const figure of figures) {
    const { name, value, unit, compared = "" } = figure;
    table.push([
      name,
      `${rounded(value)} ${unit}`,
      compared,
      limitOf(figure),
      isHeld(figure) ? "held" : "MISSED",
    ]);
  }
  return table.toString();
}

function limitOf({ limit, unit }: Figure): string {
  if (limit === undefined) return "";
  return "atMost" in limit ? `≤ ${limit.atMost} ${unit}` : `≥ ${limit.atLeast} ${unit}`;
}

function rounded(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

main(process.argv.slice(2)).then(
  (status) => process.exit(status),
  (error: unknown) => {
    console.error(error);
    process.exit(2);
  },
);
