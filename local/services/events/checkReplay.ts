import { AwsError } from "../service";
import type { Archive } from "./archive";
import type { Archives } from "./archives";
import { validation } from "./putEvents";
import { isActive, type Replay, type ReplayRequest } from "./replay";
import type { Buses } from "./rules";

const mostActive = 10;

/**
 * The archive of a replay that can be started. What is wrong with one that cannot is found in AWS's order, and told in
 * its words.
 * @param replays those that there are already
 * @throws AwsError as StartReplay does
 */
export function checkReplay(
  { name, start, end, busArn, archiveArn }: ReplayRequest,
  replays: readonly Replay[],
  archives: Archives,
  buses: Buses,
): Archive {
  if (end <= start) throw invalid("EventEndTime", "EventStartTime must be before EventEndTime.");
  if (!/^arn:.+:event-bus\/.+$/.test(busArn)) {
    throw invalid("Destination.Arn", "Must contain an event bus ARN.");
  }
  const bus = buses.bus(busArn);
  const archiveName = archiveArn.replace(/^arn:.+:archive\//, "");
  const archive = archives.find(archiveName);
  if (!archive) throw invalid("EventSourceArn", `Archive ${archiveName} does not exist.`);
  if (archive.identity.bus !== bus) {
    throw invalid("Destination.Arn", "Cross event bus replay is not permitted.");
  }
  checkName(name, replays);
  return archive;
}

/** Names of replays that have ended are not free again: AWS keeps them for 90 days. */
function checkName(name: string, replays: readonly Replay[]): void {
  if (replays.some((replay) => replay.name === name)) {
    throw new AwsError("ResourceAlreadyExistsException", `Replay ${name} already exists.`);
  }
  if (replays.filter(isActive).length >= mostActive) {
    throw new AwsError(
      "LimitExceededException",
      "The requested resource exceeds the maximum number allowed.",
    );
  }
}

function invalid(parameter: string, reason: string): AwsError {
  return validation(`Parameter ${parameter} is not valid. Reason: ${reason}`);
}
