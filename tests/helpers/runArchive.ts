import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import type { InlineHandler } from "../../components/inlineHandler";
import { archiveHandler } from "../../components/packaging/functionArchive";
import { inNewFolder } from "./folders";
import { environmentOf } from "./handlerArchives";

const environment = {
  AWS_REGION: "eu-west-1",
  AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "secret",
  // Nothing listens there, so that a call of a service fails at once.
  AWS_ENDPOINT_URL: "http://127.0.0.1:1",
  AWS_MAX_ATTEMPTS: "1",
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
};

/** What Lambda tells an invocation, whose time is up. */
const context = '{ awsRequestId: "r1", functionName: "function", getRemainingTimeInMillis: () => 0 }';

export interface ArchiveRun {
  readonly answer?: unknown;
  /** The stack of what the handler threw. */
  readonly stack?: string;
  /** What the handler logged, line by line. */
  readonly log: readonly string[];
}

/** Loads an archive in a folder that has nothing else, as Lambda does, and hands it one event. */
export function runArchive(
  files: Readonly<Record<string, string>>,
  handler: InlineHandler,
  event: object,
): Promise<ArchiveRun> {
  return inNewFolder(async (folder) => {
    for (const [file, text] of Object.entries(files)) writeFileSync(path.join(folder, file), text);
    const [module = "", name = ""] = archiveHandler.split(".");
    const call = `require("./${module}.js").${name}(${JSON.stringify(event)}, ${context})`;
    const program = `${call}.then((answer) => ({ answer }), ({ stack }) => ({ stack }))
      .then((run) => console.log("\\n" + JSON.stringify(run)));`;
    const env = { ...environment, ...(await environmentOf(handler)) };
    const { stdout } = await promisify(execFile)(process.execPath, ["-e", program], { cwd: folder, env });
    // What the handler logged stands before it.
    const lines = stdout.split("\n").filter((line) => line !== "");
    const run = JSON.parse(lines.at(-1) ?? "") as Omit<ArchiveRun, "log">;
    return { ...run, log: lines.slice(0, -1) };
  });
}
