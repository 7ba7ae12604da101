import * as path from "node:path";
import type { Account } from "./account";
import type { Activity } from "./activity";
import { alarmActions } from "./alarmActions";
import type { Clock } from "./clock";
import type { Courtesy } from "./courtesy";
import type { Gate } from "./gate";
import type { CloudFaults } from "./endpoint/faults/cloudFaults";
import type { Access } from "./iam/access";
import type { AccessKey } from "./iam/credentials";
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
import { createSecretsManager, type SecretsManager } from "./services/secretsManager";
import type { Service } from "./services/service";
import { createTagging, type RateLimit, type Tagging } from "./services/tagging";
import { accountResources } from "./services/tagging/accountResources";
import { RegisteredTags } from "./services/tagging/registeredTags";
import type { TagSource } from "./services/tagging/resources";
import { createStepFunctions, type StepFunctions } from "./services/stepFunctions";
import { ArchiveMaps } from "./stackTraces/archiveMaps";
import { resolveStack } from "./stackTraces/resolveStack";

/** What resource adapters make resources in. */
export interface Services {
  readonly batch: Batch;
  readonly cloudWatch: CloudWatch;
  readonly dynamoDb: DynamoDb;
  readonly events: Events;
  readonly lambda: Lambda;
  readonly logs: Logs;
  readonly messaging: Messaging;
  readonly secretsManager: SecretsManager;
  readonly stepFunctions: StepFunctions;
  readonly tagging: Tagging;
  /** Where tags are put that the program gives its resources, by service. */
  readonly tags: Readonly<Record<string, TagSource>> & { readonly others: TagSource };
}

/** What services work with. */
export interface ServicesOptions {
  readonly account: Account;
  readonly clock: Clock;
  readonly log: Log;
  readonly access: Access;
  readonly dispatch: Dispatch;
  readonly endpointUrl: string;
  /** Of the Resource Groups Tagging API. @default none */
  readonly taggingRate?: RateLimit;
  /** Passed by work that nobody waits for, before it begins. */
  readonly gate: Gate;
  /** Passed by functions that nobody waits for, before they begin. */
  readonly courtesy: Courtesy;
  /** Counts what is under way. */
  readonly activity: Activity;
  readonly faults?: CloudFaults | undefined;
}

/** Starts the services of the account. */
export async function startServices(options: ServicesOptions): Promise<Services> {
  const { account, clock, log, access, dispatch, endpointUrl, gate, courtesy, activity, faults } = options;
  const common = { account, clock, log, dispatch, gate };
  const messaging = await createMessaging({
    ...common,
    endpointUrl: () => endpointUrl,
    onAttributes: (arn, attributes) => access.describe(arn, attributes),
  });
  const dynamoDb = startDynamoDb({ account, clock, log });
  const maps = new ArchiveMaps(path.resolve(__dirname, "../build/maps"));
  const logWriter = new LogWriter(dispatch, () => clock.now(), activity);
  const streams = authorizedStreams(dynamoDb.streams, access.authorize);
  const lambda = createLambda({
    ...common,
    ...{ gate: courtesy, activity },
    streams: faults?.streams(streams) ?? streams,
    interruption: (name) => faults?.interruption(name),
    environmentFor: (roleArn, name) => functionEnvironment(endpointUrl, access.sessionOf(roleArn, name)),
    writeLog: (destination, line) => logWriter.write(destination, line),
    inSources: (archiveHash, text) => resolveStack(maps, archiveHash, text).text,
  });
  const events = createEvents({
    ...common,
    authorize: access.authorize,
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
    ...{ ...common, gate: courtesy },
    integrations: submitJobSync({ account, batch, log, authorize: access.authorize }),
    emit: (event) => events.publish(event),
  });
  const cloudWatch = createCloudWatch({
    ...{ account, clock, log, gate },
    emit: (event) => events.publish(event),
    onAction: alarmActions(dispatch, lambda),
  });
  const logs = createLogs({ account, clock });
  const secretsManager = createSecretsManager({
    ...{ account, clock },
    onKey: (secretArn, keyArn) => access.keyUse.encrypt(secretArn, keyArn),
  });
  const tags = {
    ...messaging.tags,
    batch: batch.tags,
    dynamodb: dynamoDb.tags,
    others: new RegisteredTags(),
  };
  const tagging = createTagging({
    ...{ account, clock, resources: resourcesOf(tags, access) },
    ...(options.taggingRate && { rateLimit: options.taggingRate }),
  });
  const own = { batch, cloudWatch, dynamoDb, events, lambda, logs, messaging, secretsManager, stepFunctions };
  return { ...own, tagging, tags };
}

function resourcesOf({ others, ...sources }: Services["tags"], { authorize }: Access) {
  return accountResources({ sources, others, authorize });
}

/** The services by their signing names. */
export function wireServices(services: Services): Record<string, Service> {
  const { messaging } = services;
  return {
    batch: services.batch.service,
    dynamodb: services.dynamoDb.service,
    events: services.events.service,
    lambda: services.lambda.service,
    monitoring: services.cloudWatch.service,
    logs: services.logs.service,
    s3: messaging.s3,
    secretsmanager: services.secretsManager.service,
    sns: messaging.sns,
    sqs: messaging.sqs,
    states: services.stepFunctions.service,
    tagging: services.tagging.service,
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
