import type { Account } from "./account";
import { alarmActions } from "./alarmActions";
import { Apis } from "./apis";
import type { Clock } from "./clock";
import { createEndpoint } from "./endpoint/server";
import { createAccess, type Access } from "./iam/access";
import type { Decided } from "./iam/authorizer";
import type { AccessKey } from "./iam/credentials";
import { createVerifier } from "./iam/signature";
import { createSts } from "./iam/sts";
import type { Log } from "./log";
import { createBatch, type Batch } from "./services/batch";
import { submitJobSync } from "./services/batch/submitJobSync";
import { createCloudWatch, type CloudWatch } from "./services/cloudwatch";
import { startDynamoDb, type DynamoDb } from "./services/dynamodb";
import { authorizedStreams } from "./services/dynamodb/authorizedStreams";
import { createEvents, type Events } from "./services/events";
import type { Dispatch } from "./services/internalClient";
import { createLambda, type Lambda } from "./services/lambda";
import { createLogs, type Logs } from "./services/logs";
import { LogWriter } from "./services/logs/logWriter";
import { createMessaging, type Messaging } from "./services/messaging/messaging";
import type { Service } from "./services/service";
import { createStepFunctions, type StepFunctions } from "./services/stepFunctions";

/** The local cloud: an account with its services, for resources to be made in. */
export interface Cloud extends Services {
  readonly account: Account;
  readonly endpointUrl: string;
  readonly access: Access;
  readonly apis: Apis;
  /** Stops the doors first, then what works behind them. */
  stop(): Promise<void>;
}

/** What resource adapters make resources in. */
interface Services {
  readonly batch: Batch;
  readonly cloudWatch: CloudWatch;
  readonly dynamoDb: DynamoDb;
  readonly events: Events;
  readonly lambda: Lambda;
  readonly logs: Logs;
  readonly messaging: Messaging;
  readonly stepFunctions: StepFunctions;
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
}

/** Starts the services and opens the endpoint. @throws PortInUseError */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const { account, clock, log } = options;
  const access = createAccess(options);
  const { authorize, credentials } = access;
  const behind: Record<string, Service> = {};
  const endpoint = createEndpoint({ account, clock, log, credentials, authorize, services: behind });
  const endpointUrl = await endpoint.listen(options.endpointPort);
  const { dispatch } = endpoint;
  const services = await startServices(options, access, dispatch, endpointUrl);
  const sts = createSts({
    ...{ account, clock, credentials },
    roleOf: (arn) => (access.roles.has(arn) ? {} : undefined),
  });
  Object.assign(behind, wireServices(services), { sts });
  const verify = createVerifier({ account, clock, credentials });
  const doors = { port: options.apiPort, portOption: "--port" };
  const apis = new Apis({ account, clock, log, verify, authorize, dispatch, ...doors });
  const { batch, cloudWatch, lambda, stepFunctions, events, messaging, dynamoDb } = services;
  return {
    ...services,
    account,
    endpointUrl,
    access,
    apis,
    async stop() {
      await apis.stop();
      await Promise.all([
        cloudWatch.stop(),
        batch.stop(),
        lambda.stop(),
        stepFunctions.stop(),
        events.stop(),
      ]);
      await endpoint.stop();
      await Promise.all([messaging.stop(), dynamoDb.stop()]);
    },
  };
}

async function startServices(
  { account, clock, log }: CloudOptions,
  access: Access,
  dispatch: Dispatch,
  endpointUrl: string,
): Promise<Services> {
  const common = { account, clock, log, dispatch };
  const messaging = await createMessaging({
    ...common,
    endpointUrl: () => endpointUrl,
    onAttributes: (arn, attributes) => access.describe(arn, attributes),
  });
  const dynamoDb = await startDynamoDb({ account, clock, log });
  const logWriter = new LogWriter(dispatch, () => clock.now());
  const lambda = createLambda({
    ...common,
    streams: authorizedStreams(dynamoDb.streams, access.authorize),
    environmentFor: (roleArn, name) => functionEnvironment(endpointUrl, access.sessionOf(roleArn, name)),
    writeLog: (destination, line) => logWriter.write(destination, line),
  });
  const events = createEvents({
    ...common,
    invokeAsync: (arn, event, principal) => lambda.invokeAsync(arn, event, principal),
  });
  const batch = createBatch({
    ...{ account, clock, log },
    emit: (event) => events.publish(event),
    environmentFor: (roleArn, jobId) =>
      roleArn === undefined
        ? {}
        : containerEnvironment(account, endpointUrl, access.sessionOf(roleArn, jobId)),
  });
  const stepFunctions = createStepFunctions({
    ...common,
    integrations: submitJobSync({ account, batch, log, authorize: access.authorize }),
    emit: (event) => events.publish(event),
  });
  const cloudWatch = createCloudWatch({
    ...{ account, clock, log },
    emit: (event) => events.publish(event),
    onAction: alarmActions(dispatch, lambda),
  });
  const logs = createLogs({ account, clock });
  return { batch, cloudWatch, dynamoDb, events, lambda, logs, messaging, stepFunctions };
}

/** The services by their signing names. */
function wireServices(services: Services): Record<string, Service> {
  const { messaging } = services;
  return {
    batch: services.batch.service,
    dynamodb: services.dynamoDb.service,
    events: services.events.service,
    lambda: services.lambda.service,
    monitoring: services.cloudWatch.service,
    logs: services.logs.service,
    s3: messaging.s3,
    sns: messaging.sns,
    sqs: messaging.sqs,
    states: services.stepFunctions.service,
  };
}

/** What a function finds in its environment: its role's credentials, and where the services are. */
function functionEnvironment(endpointUrl: string, key: AccessKey): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: key.accessKeyId,
    AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
    AWS_SESSION_TOKEN: key.sessionToken ?? "",
    AWS_ENDPOINT_URL: endpointUrl,
    // On AWS the function's Node.js is a newer one than a laptop's may be.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  };
}

/** The same for a container, which on AWS would ask for its credentials and knows its region. */
function containerEnvironment(
  { region }: Account,
  endpointUrl: string,
  key: AccessKey,
): Record<string, string> {
  return { ...functionEnvironment(endpointUrl, key), AWS_REGION: region, AWS_DEFAULT_REGION: region };
}
