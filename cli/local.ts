// Before Pulumi's SDK is loaded.
import "../local/runtime/beforePulumi";
import { once } from "node:events";
import * as path from "node:path";
import { RunError } from "@pulumi/pulumi";
import { startLocalCloud } from "../local/localCloud";
import { readableLog } from "../local/readableLog";
import { readStackConfig } from "../local/runtime/stackConfig";
import { parseLocalOptions, usage, UsageError, type LocalOptions } from "./localOptions";
import { webhookAuthentication, withPlatform } from "./platform";
import { storeSecrets } from "./storeSecrets";
import { welcome } from "./welcome";

// The notice about the version of Node.js is for those who choose it, and these chose it already.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

/** `npm run local`: runs the program on this machine until it is interrupted. */
async function main(args: readonly string[]): Promise<void> {
  const options = parseLocalOptions(args);
  if (!options) return console.log(usage);
  const signal = interruption();
  const interrupted = once(signal, "abort");
  const log = readableLog((line) => console.log(line));
  try {
    const egress = egressOf(options);
    const config = egress === undefined ? {} : { "jobrelay:egress": egress };
    const cloud = await startLocalCloud({ ...options, config, log, signal });
    try {
      const authentication = webhookAuthentication(egress ?? "{}");
      const webhook = await storeSecrets(cloud, options.platformToken, authentication);
      console.log(welcome(cloud, options, webhook));
      await interrupted;
    } finally {
      await cloud.stop();
    }
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error;
  }
  console.log("\nStopped.");
}

/** The stack's egress configuration, with the platform of the command line. @throws StackConfigError */
function egressOf({ stack, platformUrl }: LocalOptions): string | undefined {
  const { values } = readStackConfig(path.resolve(__dirname, ".."), stack);
  const egress = values["jobrelay:egress"];
  return platformUrl === undefined ? egress : withPlatform(egress, platformUrl);
}

/** How long after a signal the same one may be its echo, in milliseconds. */
const echo = 1000;

/**
 * Aborts at the first Ctrl-C, or when the process is told to end. npm passes signals on, so that Ctrl-C comes twice;
 * one that comes later ends the process at once.
 */
function interruption(): AbortSignal {
  const controller = new AbortController();
  let since = 0;
  const interrupt = () => {
    if (controller.signal.aborted && Date.now() - since > echo) process.exit(130);
    if (controller.signal.aborted) return;
    since = Date.now();
    controller.abort();
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, interrupt);
  return controller.signal;
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(describe(error));
    process.exit(1);
  },
);

/** People get the message of an error that they can mend; the stack of one that they cannot. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof UsageError) return `${error.message}\n\n${usage}`;
  const { name, message, stack = message } = error;
  // Pulumi's own errors about configuration are RunErrors, all by the name of Error.
  return RunError.isInstance(error) || expected.includes(name) ? message : stack;
}

const expected = [
  "CatalogueError",
  "DataFolderError",
  "PortInUseError",
  "SettingError",
  "StackConfigError",
  "UnsupportedResourceError",
];
