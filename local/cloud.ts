import type { Account } from "./account";
import { Activity } from "./activity";
import { Apis } from "./apis";
import type { Clock } from "./clock";
import { Courtesy } from "./courtesy";
import { partsOf, prepareParts, restoreParts, saveParts } from "./data/cloudState";
import type { CloudState } from "./data/dataFolder";
import type { CloudFaults } from "./endpoint/faults/cloudFaults";
import { createEndpoint, type Endpoint } from "./endpoint/server";
import { Gate } from "./gate";
import { createAccess, type Access } from "./iam/access";
import type { Decided } from "./iam/authorizer";
import type { AccessKey } from "./iam/credentials";
import { createVerifier } from "./iam/signature";
import { createSts } from "./iam/sts";
import type { Log } from "./log";
import { startServices, wireServices, type Services } from "./startServices";
import type { Service } from "./services/service";
import type { RateLimit } from "./services/tagging";

/** The local cloud: an account with its services, for resources to be made in. */
export interface Cloud extends Services {
  readonly account: Account;
  readonly endpointUrl: string;
  readonly access: Access;
  readonly apis: Apis;
  /** Opens the doors and begins the work of one that was started `held`, with the state of an earlier run if there is one. */
  open(state?: CloudState): Promise<void>;
  /**
   * Stops the doors first, then what works behind them.
   * @param save gets the state once nothing works any more
   */
  stop(save?: SaveOnStop): Promise<void>;
}

/** What a cloud does with its state when it stops. */
export interface SaveOnStop {
  /** How long work that is under way may go on, in milliseconds; what takes longer is cut off. */
  readonly grace: number;
  save(state: CloudState): void;
}

export interface CloudOptions {
  readonly account: Account;
  readonly clock: Clock;
  readonly log: Log;
  /** 0 takes any free port. */
  readonly apiPort: number;
  readonly endpointPort: number;
  /** The administrator's access key. */
  readonly operator: AccessKey;
  /** Of the Resource Groups Tagging API. @default none */
  readonly taggingRate?: RateLimit;
  /** Hears of every decision about a permission. */
  readonly observe?: (decided: Decided) => void;
  /** Whether work and requests wait for `open`. @default false */
  readonly held?: boolean;
  /** The state of an earlier run, which resources find when they are made; the rest of it is for `open`. */
  readonly state?: CloudState | undefined;
  /** @default nothing goes wrong */
  readonly faults?: CloudFaults | undefined;
}

interface Running {
  readonly services: Services;
  readonly access: Access;
  readonly apis: Apis;
  readonly endpoint: Endpoint;
  readonly activity: Activity;
  readonly log: Log;
  /** Of requests from outside. */
  readonly doors: Gate;
  /** Of work that nobody waits for. */
  readonly work: Gate;
}

/** Starts the services and opens the endpoint. @throws PortInUseError; nothing is left running then */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const { account, clock, log, held = false, state, faults } = options;
  const [doors, work, activity] = [new Gate(!held), new Gate(!held), new Activity()];
  const courtesy = new Courtesy(work);
  const access = createAccess(options);
  const { authorize, credentials } = access;
  const behind: Record<string, Service> = {};
  const passing = { gate: doors, activity };
  const endpoint = createEndpoint({
    ...{ account, clock, log, credentials, authorize, faults, services: behind },
    ...passing,
  });
  const endpointUrl = await endpoint.listen(options.endpointPort);
  const { dispatch } = endpoint;
  const starting = startServices({
    account,
    clock,
    log,
    access,
    dispatch,
    endpointUrl,
    gate: work,
    courtesy,
    activity,
    faults,
    ...(options.taggingRate && { taggingRate: options.taggingRate }),
  });
  const services = await starting.catch(async (error: unknown) => {
    await endpoint.stop();
    throw error;
  });
  const sts = createSts({
    ...{ account, clock, credentials },
    roleOf: (arn) => (access.roles.has(arn) ? {} : undefined),
  });
  Object.assign(behind, wireServices(services), { sts });
  const verify = createVerifier({ account, clock, credentials });
  const doorOptions = { port: options.apiPort, portOption: "--port", ...passing, courtesy };
  const apis = new Apis({ account, clock, log, verify, authorize, dispatch, ...doorOptions });
  const running = { services, access, apis, endpoint, activity, log, doors, work };
  const stop = (save?: SaveOnStop) => stopAll(running, save);
  if (state) await prepareParts(partsOf(services, access), state);
  return {
    ...{ ...services, account, endpointUrl, access, apis, stop },
    async open(restored) {
      if (restored) await restoreParts(partsOf(services, access), restored);
      work.release();
      doors.release();
    },
  };
}

/** However the saving ends, everything is stopped. */
async function stopAll(running: Running, saving: SaveOnStop | undefined): Promise<void> {
  const { services, access, apis, endpoint } = running;
  const { batch, cloudWatch, lambda, stepFunctions, events, messaging, dynamoDb } = services;
  if (saving) await quiesce(running, saving.grace);
  await apis.stop();
  await Promise.all([cloudWatch.stop(), batch.stop(), stepFunctions.stop(), lambda.stop(), events.stop()]);
  await endpoint.stop();
  try {
    if (!saving) return;
    await messaging.settle();
    saving.save(await saveParts(partsOf(services, access)));
  } finally {
    await Promise.all([messaging.stop(), dynamoDb.stop()]);
  }
}

/** Begins nothing new and waits until what is under way has ended, or the grace has. */
async function quiesce({ work, doors, services, activity, log }: Running, grace: number): Promise<void> {
  work.hold();
  doors.hold();
  services.messaging.interruptReceives();
  if (!(await activity.settled(grace))) {
    log(`Work that took longer than ${grace / 1000} s was cut off; it is done again at the next start.`);
  }
}
