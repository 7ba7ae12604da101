import { taggableServices } from "../components/tagGroups/taggableServices";
import { isUnknownGroup } from "../functions/lib/tags/buildGroups";
import { describeError } from "./describeError";
import { UsageError } from "./localOptions";
import { parseTagOptions, usage } from "./tags/options";
import { findPlace } from "./tags/place";
import { progressBar } from "./tags/progress";
import { runTags } from "./tags/run";

// The SDK would remark upon Node.js 20.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

/** `npm run tags`. @returns the exit code: 0 all went well, 1 something failed or could not be used */
async function main(args: readonly string[]): Promise<number> {
  const print = (line: string) => console.log(line);
  const services = Object.keys(taggableServices);
  const options = parseTagOptions(args, services);
  if (!options) {
    print(usage);
    return 0;
  }
  const place = await findPlace(options.source, services);
  return (await runTags(options, place, print, progressBar(process.stderr))) ? 0 : 1;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(describeError(error, usage, ["TagFileError", "TagPlaceError", "UnknownTagGroup"]));
    // 2: the command line was wrong.
    process.exit(error instanceof UsageError || isUnknownGroup(error) ? 2 : 1);
  },
);
