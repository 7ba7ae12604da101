import { setMaxListeners } from "node:events";
import type { Account } from "../../account";
import type { Activity } from "../../activity";
import type { Clock } from "../../clock";
import type { Stateful } from "../../data/stateful";
import { Gate, type Passage } from "../../gate";
import type { Interruption } from "../../endpoint/faults/cloudFaults";
import type { Principal } from "../../iam/principal";
import type { Log } from "../../log";
import type { Dispatch } from "../internalClient";
import { AwsError, type Service } from "../service";
import {
  asynchronousConfig,
  type AsynchronousConfig,
  type AsynchronousConfigInput,
} from "./asynchronousConfig";
import { AsynchronousInvocations, type SavedInvocations } from "./asynchronousInvocations";
import { invokeEvent } from "./destinations";
import type { EventSourceMappingInput } from "./eventSources/mapping";
import { EventSourceMappings, type SavedMappings } from "./eventSources/mappings";
import type { StreamSource } from "./eventSources/streamSource";
import { parseFunction } from "./functionArn";
import { checkFunctionInput, type FunctionInput } from "./functionInput";
import { LambdaFunction, type InSources, type WriteLog } from "./lambdaFunction";
import { LambdaService } from "./lambdaService";
import { ResourcePolicies, type ResourcePolicy } from "./resourcePolicies";
import { Workspace } from "./workspace";

export type { AsynchronousConfigInput, EventSourceMappingInput, FunctionInput, ResourcePolicy, StreamSource };

export interface LambdaOptions {
  readonly account: Account;
  readonly clock: Clock;
  readonly log: Log;
  readonly dispatch: Dispatch;
  /** What gives a function of this role its credentials and endpoint: AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL … */
  environmentFor(roleArn: string, functionName: string): Record<string, string>;
  readonly streams: StreamSource;
  readonly writeLog?: WriteLog;
  /** For the log of the local cloud; CloudWatch Logs has what AWS would write. */
  readonly inSources?: InSources;
  /** Passed by pollers and asynchronous invocations before they begin anything. @default open */
  readonly gate?: Passage;
  /** Counts invocations. */
  readonly activity?: Activity;
  /** How an invocation of the function that begins now is cut short. @default not at all */
  interruption?(functionName: string): Interruption | undefined;
}

/** Lambda of the local cloud. What AWS would refuse is refused with an AwsError of the same code. */
export interface Lambda extends Stateful {
  readonly service: Service;
  createFunction(input: FunctionInput): Promise<{ arn: string; invokeArn: string }>;
  /** Resolves when the mapping is checked and its polling has begun. */
  createEventSourceMapping(input: EventSourceMappingInput): Promise<{ uuid: string }>;
  configureAsync(functionName: string, config: AsynchronousConfigInput): void;
  addPermission(functionName: string, statement: object): void;
  /** The resource-based policy of a function, by name or ARN; undefined where it has none. */
  resourcePolicy(functionName: string): ResourcePolicy | undefined;
  /**
   * Invokes asynchronously as `principal`, who must be allowed to; resolves when the event is queued.
   * @param event a JSON value
   */
  invokeAsync(functionArn: string, event: unknown, principal: Principal): Promise<void>;
  /** Resolves when all workers have exited and the temporary files are gone. */
  stop(): Promise<void>;
}

interface SavedLambda {
  readonly mappings: SavedMappings;
  readonly asynchronous: SavedInvocations;
}

export function createLambda(options: LambdaOptions): Lambda {
  const { account, clock, log, dispatch, streams, gate = new Gate() } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  // Each mapping and each event that waits for its next attempt listens.
  setMaxListeners(0, signal);
  const workspace = new Workspace();
  const functions = new Map<string, LambdaFunction>();
  const policies = new ResourcePolicies();
  const configs = new Map<string, AsynchronousConfig>();
  const configOf = (name: string) => configs.get(name) ?? asynchronousConfig({});
  const mappings = new EventSourceMappings({ clock, log, dispatch, streams, signal, gate });
  const asynchronous = new AsynchronousInvocations({ clock, log, dispatch, configOf, signal, gate });
  const service = new LambdaService({ account, functions, policies, mappings, asynchronous });
  const find = (name: string) => service.find(parseFunction(account, name));
  const stop = async () => {
    stopping.abort();
    await Promise.all([...functions.values()].map((target) => target.stop()));
    await Promise.all([mappings.settled(), asynchronous.settled()]);
    await workspace.remove();
  };
  return {
    service: Object.assign(service, { stop }),
    async createFunction(input) {
      const target = await deploy(options, workspace, functions, input);
      return { arn: target.arn, invokeArn: invokeArn(account, target.arn) };
    },
    async createEventSourceMapping(input) {
      const { uuid } = await mappings.create(input, find(input.functionName));
      return { uuid };
    },
    configureAsync: (name, config) => void configs.set(find(name).input.name, asynchronousConfig(config)),
    addPermission: (name, statement) => policies.add(find(name).input.name, statement),
    resourcePolicy: (name) => policies.of(find(name).input.name)?.policy,
    invokeAsync: (arn, event, principal) => invokeEvent(dispatch, principal, arn, JSON.stringify(event)),
    save: (): SavedLambda => ({ mappings: mappings.save(), asynchronous: asynchronous.save() }),
    restore(state) {
      const saved = state as SavedLambda;
      mappings.restore(saved.mappings);
      asynchronous.restore(saved.asynchronous, (name) => functions.get(name));
    },
    stop,
  };
}

async function deploy(
  { account, clock, log, ...options }: LambdaOptions,
  workspace: Workspace,
  functions: Map<string, LambdaFunction>,
  input: FunctionInput,
): Promise<LambdaFunction> {
  checkFunctionInput(input);
  if (functions.has(input.name)) {
    throw new AwsError("ResourceConflictException", `Function already exist: ${input.name}`, 409);
  }
  const { folder, program } = await workspace.layOut(input.name, input.files);
  const environmentFor = (roleArn: string, name: string) => options.environmentFor(roleArn, name);
  const { writeLog, inSources, activity } = options;
  const interruption = () => options.interruption?.(input.name);
  const target = new LambdaFunction({
    account,
    clock,
    log,
    input,
    folder,
    program,
    environmentFor,
    writeLog,
    inSources,
    activity,
    interruption,
  });
  functions.set(input.name, target);
  return target;
}

/** Under which API Gateway calls the function. */
function invokeArn({ partition, region }: Account, arn: string): string {
  return `arn:${partition}:apigateway:${region}:lambda:path/2015-03-31/functions/${arn}/invocations`;
}
