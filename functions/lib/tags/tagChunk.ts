import { arnFault, type Place } from "./arnFault";
import { isTransient } from "./persist";
import type { Tags } from "./tagGroup";
import type { TaggingApi, TagRefusal } from "./taggingApi";
import type { Timing } from "./timing";

/** A resource that stays as it was. */
export interface TagFailure {
  readonly arn: string;
  /** AWS's own, for example `InvalidParameterException`. */
  readonly code: string;
  readonly reason: string;
}

export interface ChunkServices {
  readonly api: TaggingApi;
  readonly place: Place;
  readonly timing: Timing;
}

/** How often one resource is tried by itself, when its service asks for less or fails. */
const mostTries = 4;

/**
 * Tags up to 20 resources by one call; what it says has failed is tried again one by one.
 * @returns what stays failed, with the reason
 * @throws when the API refuses every resource, for example for want of permission
 */
export async function tagChunk(
  services: ChunkServices,
  tags: Tags,
  arns: readonly string[],
): Promise<TagFailure[]> {
  const faults = arns.flatMap((arn) => {
    const reason = arnFault(arn, services.place);
    return reason === undefined ? [] : [{ arn, code: "InvalidArn", reason }];
  });
  const reachable = arns.filter((arn) => !faults.some((fault) => fault.arn === arn));
  if (reachable.length === 0) return faults;
  const failed = await tagTogether(services, tags, reachable);
  const failures: TagFailure[] = [];
  for (const arn of failed) {
    const refusal = await tagAlone(services, tags, arn);
    if (refusal) failures.push({ arn, code: refusal.code, reason: refusal.message });
  }
  return [...faults, ...failures];
}

/** The resources that were not tagged: all of them when one spoils the call. */
async function tagTogether(
  { api }: ChunkServices,
  tags: Tags,
  arns: readonly string[],
): Promise<readonly string[]> {
  try {
    return [...(await api.tag(arns, tags)).keys()];
  } catch (error) {
    if (!refusalOf(error)) throw error;
    return arns;
  }
}

/** Why one resource was not tagged; nothing if it was. */
async function tagAlone(
  { api, timing }: ChunkServices,
  tags: Tags,
  arn: string,
): Promise<TagRefusal | undefined> {
  for (let attempt = 1; ; attempt++) {
    const refusal = await tagOne(api, tags, arn);
    if (!refusal) return undefined;
    const { code, message, status } = refusal;
    if (attempt === mostTries || !isTransient(code, message, status)) return refusal;
    await timing.wait(timing.random() * 1_000 * 2 ** attempt);
  }
}

async function tagOne(api: TaggingApi, tags: Tags, arn: string): Promise<TagRefusal | undefined> {
  try {
    return (await api.tag([arn], tags)).get(arn);
  } catch (error) {
    const refusal = refusalOf(error);
    if (!refusal) throw error;
    return refusal;
  }
}

/** The API refuses a whole call for one resource that it cannot tag. */
function refusalOf(error: unknown): TagRefusal | undefined {
  if (!(error instanceof Error) || error.name !== "InvalidParameterException") return undefined;
  return { status: 400, code: error.name, message: error.message };
}
