import * as path from "node:path";
import { localAccountId, type Account } from "./account";
import { systemClock, type Clock } from "./clock";
import { startCloud } from "./cloud";
import type { CloudFaults } from "./endpoint/faults/cloudFaults";
import type { Access } from "./iam/access";
import type { Decided } from "./iam/authorizer";
import type { AccessKey } from "./iam/credentials";
import type { Log } from "./log";
import { adapters } from "./resources/registry";
import { cloudHost } from "./runtime/cloudHost";
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
  /** @default the system's */
  readonly clock?: Clock;
  /** Hears of every decision about a permission. */
  readonly observe?: (decided: Decided) => void;
  /** What goes wrong in the cloud, for tests. @default nothing */
  readonly faults?: CloudFaults;
  /** Gives the start up. */
  readonly signal?: AbortSignal;
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
  stop(): Promise<void>;
}

const root = path.resolve(__dirname, "..");

/** The operator's key is no secret: it opens nothing but this machine's loopback interface. */
const operator: AccessKey = {
  accessKeyId: "AKIAJOBRELAYOPERATOR",
  secretAccessKey: "local-operator-key-no-secret-at-all",
};

/**
 * Runs the Pulumi program of this project on this machine, every resource brought to life.
 * @throws PortInUseError; StackConfigError; UnsupportedResourceError; whatever the program throws, such as
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
  } = options;
  const stackConfig = readStackConfig(root, stack);
  const config = { ...stackConfig, values: { ...stackConfig.values, ...options.config } };
  const region = config.values["aws:region"] ?? "us-east-1";
  const account: Account = { accountId: localAccountId, region, partition: "aws" };
  const cloud = await startCloud({ account, clock, log, apiPort, endpointPort, operator, observe, faults });
  try {
    signal?.throwIfAborted();
    const host = cloudHost(cloud, adapters, config);
    const outputs = await runProgram(path.join(root, "index.ts"), config, host, signal);
    const { endpointUrl, access } = cloud;
    return { endpointUrl, region, operator, access, outputs, stop: () => cloud.stop() };
  } catch (error) {
    await cloud.stop();
    throw error;
  }
}
