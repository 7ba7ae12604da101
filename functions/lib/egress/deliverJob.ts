import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { isUnfinished, unfinished } from "../batchResponse";
import { isTerminal, type DeliveryRecord, type JobRecord } from "../job";
import { logEvent } from "../logEvent";
import { deliverOutput, type Delivered, type Suspended } from "./deliverOutput";
import {
  egressFailure,
  egressInterruption,
  isEgressFailure,
  isEgressInterruption,
  type EgressError,
} from "./errors";
import type { EgressPlatform, EgressServices } from "./egressSettings";
import { fetchOutput } from "./fetchOutput";
import { abortUpload } from "./objectUpload";
import { outputPrefix } from "./outputKey";
import { recordDelivered, recordProgress, recordUndelivered, type JobPlace } from "./recordEgress";
import { mostTries } from "./retry";
import type { FetchOutput } from "./receiveOutput";

/**
 * Delivers the output that a platform has ready for a job, or as much of it as there is time for.
 * @param tries how often it has been tried, this time included
 * @throws what may pass, for the message to come back
 */
export async function deliverJob(
  services: EgressServices,
  job: JobRecord,
  tries: number,
  timeIsUp: () => boolean,
): Promise<void> {
  const { jobId, process, status } = job;
  if (isTerminal(status)) return logEvent("output was dealt with already", { jobId, process, status });
  const { id } = JSON.parse(job.parameters) as { readonly id: string };
  const place = { client: services.table, tableName: services.settings.tableName, jobId };
  try {
    const outcome = await deliver(services, job, id, timeIsUp);
    if ("key" in outcome) await finish(services, place, outcome, id);
    else await suspend(place, outcome);
  } catch (error) {
    if (isUnfinished(error)) throw error;
    if (!isEgressFailure(error) && tries < mostTries) {
      if (!isStopped(error)) await beginAnew(services, place, job, error);
      throw error;
    }
    await fail(services, place, job, error);
  }
}

/** A broken connection whose beginning is kept, so that the progress that was recorded must stay. */
type Stopped = EgressError & { readonly delivery: DeliveryRecord };

function stopped(note: string, delivery: DeliveryRecord, interruption: unknown): Stopped {
  const cause = { cause: interruption };
  const error = egressInterruption(codeOf(interruption), note, retryAfterOf(interruption), cause);
  return Object.assign(error, { delivery });
}

function isStopped(error: unknown): error is Stopped {
  return error instanceof Error && "delivery" in error;
}

/** The next try has nothing to continue. */
async function beginAnew(
  services: EgressServices,
  place: JobPlace,
  job: JobRecord,
  error: unknown,
): Promise<void> {
  await abandon(services, job.delivery);
  await recordProgress(place, undefined, reasonOf(error));
}

/** Leaves no parts of what invocations before have uploaded. */
async function abandon({ s3, settings }: EgressServices, delivery?: DeliveryRecord): Promise<void> {
  if (delivery) await abortUpload(s3, { bucket: settings.bucketName, ...delivery });
}

async function deliver(
  services: EgressServices,
  job: JobRecord,
  id: string,
  timeIsUp: () => boolean,
): Promise<Delivered | Suspended> {
  const { s3, settings } = services;
  const platform = platformOf(services);
  const prefix = outputPrefix(platform.name, id);
  // The record of a delivery may have been lost with the invocation that made it.
  const there = await outputUnder(services, prefix);
  if (there) return there;
  return deliverOutput({
    ...{ s3, bucket: settings.bucketName, prefix, id, timeIsUp },
    fetch: fetcherOf(services, platform, id),
    transform: platform.transform,
    begun: job.delivery,
    ...(settings.partBytes === undefined ? {} : { partBytes: settings.partBytes }),
  });
}

async function outputUnder({ s3, settings }: EgressServices, Prefix: string): Promise<Delivered | undefined> {
  const { Contents: [found] = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket: settings.bucketName, Prefix, MaxKeys: 1 }),
  );
  return found && { key: found.Key ?? "", bytes: found.Size ?? 0 };
}

/** A token that is refused may have been replaced: it is read once more. */
function fetcherOf({ token }: EgressServices, platform: EgressPlatform, id: string): FetchOutput {
  return async (request) => {
    try {
      return await fetchOutput(platform, { id, token: await token.read(), ...request });
    } catch (error) {
      if (!isEgressInterruption(error) || error.code !== "TokenRefused") throw error;
      return fetchOutput(platform, { id, token: await token.readAgain(), ...request });
    }
  };
}

async function finish(
  { settings }: EgressServices,
  place: JobPlace,
  delivered: Delivered,
  id: string,
): Promise<void> {
  const prefix = outputPrefix(settings.platform?.name ?? "", id);
  if (!(await recordDelivered(place, delivered, prefix))) return;
  const { key, bytes } = delivered;
  logEvent("output delivered", { jobId: place.jobId, status: "SUCCEEDED", key, bytes });
}

/** Another invocation goes on: at once when only the time was up, else when the message comes back. */
async function suspend(place: JobPlace, { delivery, interruption }: Suspended): Promise<never> {
  const copied = `${delivery.bytes} bytes copied so far`;
  const note = interruption === undefined ? copied : `${copied}; ${reasonOf(interruption)}`;
  await recordProgress(place, delivery, note);
  throw interruption === undefined ? unfinished(note) : stopped(note, delivery, interruption);
}

async function fail(
  services: EgressServices,
  place: JobPlace,
  job: JobRecord,
  error: unknown,
): Promise<void> {
  await abandon(services, isStopped(error) ? error.delivery : job.delivery);
  const code = codeOf(error);
  const cause = reasonOf(error);
  if (await recordUndelivered(place, { code, cause })) {
    logEvent("output not delivered", {
      jobId: job.jobId,
      process: job.process,
      status: "FAILED",
      code,
      cause,
    });
  }
}

function platformOf({ settings }: EgressServices): EgressPlatform {
  if (settings.platform) return settings.platform;
  throw egressFailure("NoPlatform", "The stack has no platform any more, whose output this would be.");
}

function retryAfterOf(error: unknown): number | undefined {
  return isEgressInterruption(error) ? error.retryAfterSeconds : undefined;
}

function codeOf(error: unknown): string {
  if (isEgressFailure(error) || isEgressInterruption(error)) return error.code;
  return error instanceof Error ? error.name : "Error";
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
