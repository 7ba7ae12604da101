import * as pulumi from "@pulumi/pulumi";
import { inlineHandler, type InlineHandler } from "../../components/inlineHandler";
import { functionArchive } from "../../components/packaging/functionArchive";
import { dispatchHandoffs } from "../../functions/dispatchHandoffs";
import { getJob } from "../../functions/getJob";
import { notifyJobs } from "../../functions/notifyJobs";
import { recordExecutions } from "../../functions/recordExecutions";
import { resumeJobs } from "../../functions/resumeJobs";
import { startJobs } from "../../functions/startJobs";
import { steps } from "../../functions/steps";
import { submitJob } from "../../functions/submitJob";

const tableName = pulumi.output("jobs");
const bucketName = pulumi.output("files");
const processes = { settlement: { parameters: { type: "object" }, steps: ["approval"] } };

/** Every handler of `functions/` with settings as the components give them: what AWS decides is an output. */
export const inlineHandlers: Readonly<Record<string, InlineHandler>> = {
  submitJob: inlineHandler(submitJob, { tableName, processes, retentionDays: 7 }),
  getJob: inlineHandler(getJob, { tableName }),
  startJobs: inlineHandler(startJobs, {
    tableName,
    stateMachineNames: pulumi.output("{}"),
    stateMachineArnPrefix: pulumi.output("arn:aws:states:eu-west-1:000000000000:stateMachine:"),
  }),
  dispatchHandoffs: inlineHandler(dispatchHandoffs, { tableName, bucketName }),
  resumeJobs: inlineHandler(resumeJobs, { tableName, bucketName }),
  recordExecutions: inlineHandler(recordExecutions, { tableName }),
  notifyJobs: inlineHandler(notifyJobs, { topicArn: pulumi.output("arn:aws:sns:eu-west-1:000000000000:t") }),
  ...Object.fromEntries(
    Object.entries(steps).map(([name, { factory }]) => [name, inlineHandler(factory, {})] as const),
  ),
};

/** The texts of a function's archive, by file. */
export async function archiveFiles(name: string, create: () => unknown): Promise<Record<string, string>> {
  const archive = (await functionArchive(name, create)) as pulumi.asset.AssetArchive;
  const files = Object.entries(await archive.assets).map(async ([file, asset]) => {
    return [file, await (asset as pulumi.asset.StringAsset).text] as const;
  });
  return Object.fromEntries(await Promise.all(files));
}

/** What a function finds in its environment, resolved. */
export async function environmentOf({ environment }: InlineHandler): Promise<Record<string, string>> {
  return new Promise((resolve) => void pulumi.all(environment).apply(resolve));
}
