import * as path from "node:path";
import { localAccountId, type Account } from "./account";
import { systemClock, type Clock } from "./clock";
import { startCloud, type Cloud } from "./cloud";
import { DataFolder, type DataOwner } from "./data/dataFolder";
import type { CloudFaults } from "./endpoint/faults/cloudFaults";
import type { Access } from "./iam/access";
import type { Decided } from "./iam/authorizer";
import type { AccessKey } from "./iam/credentials";
import type { Log } from "./log";
import { adapters } from "./resources/registry";
import { cloudHost } from "./runtime/cloudHost";
import type { RateLimit } from "./services/tagging";
import { runProgram } from "./runtime/program";
import { readStackConfig } from "./runtime/stackConfig";

export interface LocalCloudOptions {
  /** Whose `Pulumi.<stack>.yaml` to use. */
  readonly stack: string;
  /** Configuration in place of the stack's own, by full key. */
  readonly config?: Readonly<Record<string, string>>;
  /** 0 takes any free port. */
  readonly apiPort: number;
  readonly endpointPort: number;
  readonly log: Log;
  /** How fast the Resource Groups Tagging API may be called. @default as fast as one likes */
  readonly taggingRate?: RateLimit;
  /** @default the system's */
  readonly clock?: Clock;
  /** Hears of every decision about a permission. */
  readonly observe?: (decided: Decided) => void;
  /** What goes wrong in the cloud, for tests. @default nothing */
  readonly faults?: CloudFaults;
  /** Gives the start up. */
  readonly signal?: AbortSignal;
  /**
   * A folder that keeps the state from `stop` to the next start with the same folder, stack and region. It is made if it
   * is not there, and belongs to one local cloud at a time.
   * @default nothing is kept
   */
  readonly dataDirectory?: string | undefined;
  /**
   * With a data folder: how long work that is under way may go on when the local cloud stops, in milliseconds. What takes
   * longer is cut off, and done again at the next start. 0 cuts everything off at once.
   * @default 5,000
   */
  readonly stopGrace?: number;
}

/** The program, running on this machine. */
export interface LocalCloud {
  readonly endpointUrl: string;
  readonly region: string;
  readonly operator: AccessKey;
  /** Who may do what. */
  readonly access: Access;
  /** The stack's outputs. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /**
   * Stops everything; with a data folder, after saving its state there at a moment when nothing works.
   * @throws DataFolderError when it cannot be saved; everything is stopped all the same, and what was saved before stays
   */
  stop(): Promise<void>;
}

const root = path.resolve(__dirname, "..");

/** The operator's key is no secret: it opens nothing but this machine's loopback interface. */
const operator: AccessKey = {
  accessKeyId: "AKIAJOBRELAYOPERATOR",
  secretAccessKey: "local-operator-key-no-secret-at-all",
};

/** Long enough for most invocations, short enough for someone who waits for a prompt. */
const defaultGrace = 5000;

/**
 * Runs the Pulumi program of this project on this machine, every resource brought to life.
 *
 * To stop it and go on later, as `npm run local -- --data DIR` does, name a `dataDirectory`, `stop()`, and start again with
 * the same one:
 *
 * ```ts
 * const options = { stack: "dev", apiPort: 0, endpointPort: 0, log, dataDirectory };
 * const first = await startLocalCloud(options);
 * await first.stop();
 * const port = Number(new URL(first.endpointUrl).port);
 * const second = await startLocalCloud({ ...options, endpointPort: port }); // at the same address
 * ```
 *
 * Time goes on while it is stopped: deadlines pass, messages become visible, waits end.
 * @throws PortInUseError; DataFolderError; StackConfigError; UnsupportedResourceError; whatever the program throws, such as
 * CatalogueError; the reason of the signal. Nothing is left running then.
 */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const {
    stack,
    log,
    apiPort,
    endpointPort,
    clock = systemClock,
    observe = () => undefined,
    faults,
    signal,
    taggingRate,
    dataDirectory,
    stopGrace = defaultGrace,
  } = options;
  const stackConfig = readStackConfig(root, stack);
  const config = { ...stackConfig, values: { ...stackConfig.values, ...options.config } };
  const region = config.values["aws:region"] ?? "us-east-1";
  const account: Account = { accountId: localAccountId, region, partition: "aws" };
  const data = openData(dataDirectory, { project: config.project, stack, region });
  try {
    const state = data?.state;
    const doors = { apiPort, endpointPort, held: true };
    const cloud = await startCloud({
      ...{ account, clock, log, operator, observe, faults, state, ...doors },
      ...(taggingRate && { taggingRate }),
    });
    try {
      signal?.throwIfAborted();
      const host = cloudHost(cloud, adapters, config);
      const outputs = await runProgram(path.join(root, "index.ts"), config, host, signal);
      await cloud.open(state);
      const { endpointUrl, access } = cloud;
      const stop = once(() => stopAndSave(cloud, data, stopGrace));
      return { endpointUrl, region, operator, access, outputs, stop };
    } catch (error) {
      await cloud.stop();
      throw error;
    }
  } catch (error) {
    data?.release();
    throw error;
  }
}

function openData(folder: string | undefined, owner: DataOwner): DataFolder | undefined {
  return folder === undefined ? undefined : DataFolder.open(folder, owner);
}

async function stopAndSave(cloud: Cloud, data: DataFolder | undefined, grace: number): Promise<void> {
  if (!data) return cloud.stop();
  try {
    await cloud.stop({ grace, save: (state) => data.save(state) });
  } finally {
    data.release();
  }
}

/** What is stopped twice must not be saved twice. */
function once(act: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= act());
}
