import { parseArgs } from "node:util";
import { isHeld, type Figure } from "./figure";
import { groups } from "./groups";
import { markdownOf, tableOf } from "./report";

process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

const usage = `Usage: npm run bench -- [GROUP …] [--json | --markdown]

  GROUP        ${Object.keys(groups).join(", ")} (default: all)
  --json       print the figures as JSON
  --markdown   print the machine, the date and the figures for docs/performance.md
  --help       show this

Ends with 0 if every figure keeps its limit, 1 if one does not, 2 if it could not be measured.`;

const options = {
  json: { type: "boolean", default: false },
  markdown: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

/** `npm run bench`: measures, and fails when a figure does not keep its limit. */
async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
  const unknown = positionals.filter((name) => !Object.hasOwn(groups, name));
  if (values.help || unknown.length > 0) {
    console.log(unknown.length > 0 ? `There is no group ${unknown.join(", ")}.\n\n${usage}` : usage);
    return unknown.length > 0 ? 2 : 0;
  }
  const figures = await measure(positionals.length > 0 ? positionals : Object.keys(groups));
  if (values.json) console.log(JSON.stringify(figures, undefined, 2));
  else console.log(values.markdown ? markdownOf(figures, new Date()) : tableOf(figures));
  return figures.every(isHeld) ? 0 : 1;
}

async function measure(names: readonly string[]): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const name of names) {
    // Not part of the output, which may be read by a machine.
    console.error(`measuring ${name} …`);
    figures.push(...((await groups[name]?.()) ?? []));
  }
  return figures;
}

main(process.argv.slice(2)).then(
  (status) => process.exit(status),
  (error: unknown) => {
    console.error(error);
    process.exit(2);
  },
);
