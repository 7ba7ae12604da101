import type { Account } from "./account";
import { Apis } from "./apis";
import type { Clock } from "./clock";
import { createEndpoint } from "./endpoint/server";
import { createCredentials, type AccessKey, type Credentials } from "./iam/credentials";
import { ResourcePolicies } from "./iam/resourcePolicies";
import { RoleStore } from "./iam/roles";
import { createVerifier } from "./iam/signature";
import { createSts } from "./iam/sts";
import type { Log } from "./log";
import { startDynamoDb, type DynamoDb } from "./services/dynamodb";
import { createEvents, type Events } from "./services/events";
import { createLambda, type Lambda } from "./services/lambda";
import { createMessaging, type Messaging } from "./services/messaging/messaging";
import type { Service } from "./services/service";
import { createStepFunctions, type StepFunctions } from "./services/stepFunctions";

/** The local cloud: an account with its services, for resources to be made in. */
export interface Cloud {
  readonly account: Account;
  readonly endpointUrl: string;
  readonly credentials: Credentials;
  readonly roles: RoleStore;
  readonly resourcePolicies: ResourcePolicies;
  readonly apis: Apis;
  readonly dynamoDb: DynamoDb;
  readonly events: Events;
  readonly lambda: Lambda;
  readonly messaging: Messaging;
  readonly stepFunctions: StepFunctions;
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
}

/** Starts the services and opens the endpoint. @throws PortInUseError */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const { account, clock, log } = options;
  const credentials = createCredentials({ clock });
  credentials.register({ kind: "root", arn: `arn:aws:iam::${account.accountId}:root` }, options.operator);
  const roles = new RoleStore(account);
  const services: Record<string, Service> = {};
  const endpoint = createEndpoint({ account, clock, log, credentials, services });
  const endpointUrl = await endpoint.listen(options.endpointPort);
  const { dispatch } = endpoint;

  const messaging = await createMessaging({ account, clock, log, dispatch, endpointUrl: () => endpointUrl });
  const dynamoDb = await startDynamoDb({ account, clock, log });
  const environmentFor = functionEnvironment(account, endpointUrl, credentials);
  const lambda = createLambda({ account, clock, log, dispatch, streams: dynamoDb.streams, environmentFor });
  const invokeAsync: Lambda["invokeAsync"] = (arn, event, principal) =>
    lambda.invokeAsync(arn, event, principal);
  const events = createEvents({ account, clock, log, dispatch, invokeAsync });
  const emit: Events["publish"] = (event) => events.publish(event);
  const stepFunctions = createStepFunctions({ account, clock, log, dispatch, emit });
  const sts = createSts({
    account,
    clock,
    credentials,
    roleOf: (arn) => (roles.roleArns().includes(arn) ? {} : undefined),
  });
  Object.assign(services, {
    dynamodb: dynamoDb.service,
    events: events.service,
    lambda: lambda.service,
    s3: messaging.s3,
    sns: messaging.sns,
    sqs: messaging.sqs,
    states: stepFunctions.service,
    sts,
  });

  const verify = createVerifier({ account, clock, credentials });
  const apis = new Apis({
    account,
    clock,
    log,
    verify,
    dispatch,
    port: options.apiPort,
    portOption: "--port",
  });
  return {
    account,
    endpointUrl,
    credentials,
    roles,
    resourcePolicies: new ResourcePolicies(),
    apis,
    dynamoDb,
    events,
    lambda,
    messaging,
    stepFunctions,
    async stop() {
      await apis.stop();
      await Promise.all([lambda.stop(), stepFunctions.stop(), events.stop()]);
      await endpoint.stop();
      await Promise.all([messaging.stop(), dynamoDb.stop()]);
    },
  };
}

/** What each function finds in its environment: its role's credentials, and where the services are. */
function functionEnvironment(account: Account, endpointUrl: string, credentials: Credentials) {
  return (roleArn: string, functionName: string): Record<string, string> => {
    const roleName = roleArn.slice(roleArn.lastIndexOf("/") + 1);
    const arn = `arn:aws:sts::${account.accountId}:assumed-role/${roleName}/${functionName}`;
    const key = credentials.issue({ kind: "role", roleArn, arn }, { sessionToken: true });
    return {
      AWS_ACCESS_KEY_ID: key.accessKeyId,
      AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
      AWS_SESSION_TOKEN: key.sessionToken ?? "",
      AWS_ENDPOINT_URL: endpointUrl,
      // On AWS the function's Node.js is a newer one than a laptop's may be.
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    };
  };
}
