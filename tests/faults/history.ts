import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { JobRecord } from "../../functions/lib/job";
import type { StreamRecord } from "../../local/services/lambda/eventSources/streamSource";
import type { Change } from "./evidence";

type Image = Record<string, AttributeValue>;

/** All that the table has said of jobs, in order, and who wants to know at once. */
export class History {
  readonly changes = new Map<string, Change[]>();
  readonly #listeners = new Map<string, (change: Change) => void>();
  readonly #sequence: { readonly number: bigint; readonly jobId: string }[] = [];
  /** When something was heard last. */
  lastHeard = Date.now();

  readonly note = (record: StreamRecord): void => {
    const { NewImage, OldImage, SequenceNumber } = record.dynamodb as StreamRecord["dynamodb"] & {
      readonly NewImage?: Image;
      readonly OldImage?: Image;
    };
    const after = jobOf(NewImage);
    // What says how far reconciling has come is no job.
    if (!after || !("status" in after)) return;
    const change = { sequenceNumber: SequenceNumber, before: jobOf(OldImage), after };
    this.lastHeard = Date.now();
    this.changes.set(after.jobId, [...(this.changes.get(after.jobId) ?? []), change]);
    this.#sequence.push({ number: BigInt(SequenceNumber), jobId: after.jobId });
    this.#listeners.get(after.jobId)?.(change);
  };

  /** Hears of a job's changes from now on, and at once of those that were. */
  follow(jobId: string, listener: (change: Change) => void): void {
    for (const change of this.changes.get(jobId) ?? []) listener(change);
    this.#listeners.set(jobId, listener);
  }

  latest(jobId: string): JobRecord | undefined {
    return this.changes.get(jobId)?.at(-1)?.after;
  }

  /** The jobs whose records lie in a range of the stream. */
  between(first: string, last: string): string[] {
    const [from, to] = [BigInt(first), BigInt(last)];
    const found = this.#sequence.filter(({ number }) => number >= from && number <= to);
    return [...new Set(found.map(({ jobId }) => jobId))];
  }
}

function jobOf(image: Image | undefined): JobRecord | undefined {
  return image && (unmarshall(image) as JobRecord);
}
