import { randomUUID } from "node:crypto";
import type { Account } from "../../account";

/** An event as rules see it and targets receive it. */
export interface EventEnvelope {
  readonly version: "0";
  readonly id: string;
  readonly "detail-type": string;
  readonly source: string;
  readonly account: string;
  /** To the second. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: object;
  /** The replay that the event comes from; absent the first time. */
  readonly "replay-name"?: string;
}

/** What a caller of PutEvents says of an event. */
export interface EventContent {
  readonly source: string;
  readonly detailType: string;
  readonly detail: object;
  readonly resources?: readonly string[];
}

/**
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html
 * @param time in milliseconds since the epoch
 */
export function envelopeOf(content: EventContent, account: Account, time: number): EventEnvelope {
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": content.detailType,
    source: content.source,
    account: account.accountId,
    time: new Date(time).toISOString().replace(/\.\d{3}Z$/, "Z"),
    region: account.region,
    resources: content.resources ?? [],
    detail: content.detail,
  };
}
