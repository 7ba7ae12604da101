import type { Account } from "./account";
import { Apis } from "./apis";
import type { Clock } from "./clock";
import type { CloudFaults } from "./endpoint/faults/cloudFaults";
import { createEndpoint, type Endpoint } from "./endpoint/server";
import { createAccess, type Access } from "./iam/access";
import type { Decided } from "./iam/authorizer";
import type { AccessKey } from "./iam/credentials";
import { createVerifier } from "./iam/signature";
import { createSts } from "./iam/sts";
import type { Log } from "./log";
import { startServices, wireServices, type Services } from "./startServices";
import type { Service } from "./services/service";

/** The local cloud: an account with its services, for resources to be made in. */
export interface Cloud extends Services {
  readonly account: Account;
  readonly endpointUrl: string;
  readonly access: Access;
  readonly apis: Apis;
  /** Stops the doors first, then what works behind them. */
  stop(): Promise<void>;
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
  /** Hears of every decision about a permission. */
  readonly observe?: (decided: Decided) => void;
  /** @default nothing goes wrong */
  readonly faults?: CloudFaults | undefined;
}

/** Starts the services and opens the endpoint. @throws PortInUseError; nothing is left running then */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const { account, clock, log, faults } = options;
  const access = createAccess(options);
  const { authorize, credentials } = access;
  const behind: Record<string, Service> = {};
  const endpoint = createEndpoint({ account, clock, log, credentials, authorize, faults, services: behind });
  const endpointUrl = await endpoint.listen(options.endpointPort);
  const { dispatch } = endpoint;
  const starting = startServices({ account, clock, log, access, dispatch, endpointUrl, faults });
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
  const doors = { port: options.apiPort, portOption: "--port" };
  const apis = new Apis({ account, clock, log, verify, authorize, dispatch, ...doors });
  const stop = () => stopAll(services, apis, endpoint);
  return { ...services, account, endpointUrl, access, apis, stop };
}

async function stopAll(services: Services, apis: Apis, endpoint: Endpoint): Promise<void> {
  const { batch, cloudWatch, lambda, stepFunctions, events, messaging, dynamoDb } = services;
  await apis.stop();
  await Promise.all([cloudWatch.stop(), batch.stop(), lambda.stop(), stepFunctions.stop(), events.stop()]);
  await endpoint.stop();
  await Promise.all([messaging.stop(), dynamoDb.stop()]);
}
