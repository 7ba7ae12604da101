import { callbackVersions, type CallbackVersion } from "./callbackVersions";
import { answerNames } from "./handoff";
import type { AnswerContext } from "./readCallback";

/**
 * All answers that were dropped into a folder under `inbound/`, the first one first, those that were overwritten
 * included: events come in any order, and a file may be another one by the time its event is here. S3 says to the second
 * when an object was written: of two files of one second, `preferred` goes before the other.
 */
export async function droppedAnswers(
  context: AnswerContext,
  folder: string,
  preferred: string,
): Promise<CallbackVersion[]> {
  const versions = await callbackVersions(context, folder, answerNames);
  // A stable sort: the versions of a file stay in their order.
  return versions.sort(
    (one, other) =>
      one.receivedAt.localeCompare(other.receivedAt) ||
      Number(other.key === preferred) - Number(one.key === preferred) ||
      one.key.localeCompare(other.key),
  );
}
