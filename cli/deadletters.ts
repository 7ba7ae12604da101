import { findQueues } from "./deadletters/findQueues";
import { parseDeadLetterOptions, usage } from "./deadletters/options";
import { QueueNameError } from "./deadletters/queues";
import { runDeadLetters } from "./deadletters/run";
import { connect } from "./deadletters/services";
import { describeError } from "./describeError";
import { UsageError } from "./localOptions";

// The SDK would remark upon Node.js 20.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

/** `npm run deadletters`. @returns the exit code: 0 all went well, 1 something failed */
async function main(args: readonly string[]): Promise<number> {
  const print = (line: string) => console.log(line);
  const options = parseDeadLetterOptions(args);
  if (!options) {
    print(usage);
    return 0;
  }
  const queues = await findQueues(options.source);
  const services = await connect(options.source, queues);
  try {
    return (await runDeadLetters(options, queues, services, print)) ? 0 : 1;
  } finally {
    services.destroy();
  }
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(describeError(error, usage, ["QueuesError", "QueueNameError"]));
    // 2: the command line was wrong.
    process.exit(error instanceof UsageError || error instanceof QueueNameError ? 2 : 1);
  },
);
