import { randomUUID } from "node:crypto";
import { pick, type Item } from "./items";
import { itemSize } from "./itemSize";
import type { UserIdentity } from "./operations";
import type { Write } from "./operationView";
import { keyNames, type StreamViewType } from "./table";

/**
 * A stream record as Lambda receives it.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 */
export interface DynamoDbStreamRecord {
  readonly eventID: string;
  readonly eventName: "INSERT" | "MODIFY" | "REMOVE";
  readonly eventVersion: "1.1";
  readonly eventSource: "aws:dynamodb";
  readonly awsRegion: string;
  readonly dynamodb: {
    /** Seconds since the epoch. */
    readonly ApproximateCreationDateTime: number;
    readonly Keys: Item;
    readonly NewImage?: Item;
    readonly OldImage?: Item;
    readonly SequenceNumber: string;
    readonly SizeBytes: number;
    readonly StreamViewType: StreamViewType;
  };
  readonly eventSourceARN: string;
  /** Present when DynamoDB deleted the item because it had expired. */
  readonly userIdentity?: UserIdentity;
}

export interface RecordOrigin {
  readonly region: string;
  readonly streamArn: string;
  readonly viewType: StreamViewType;
  readonly sequenceNumber: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly userIdentity: UserIdentity | undefined;
}

/** The record of a write, or undefined for a deletion of an item that was not there. */
export function streamRecord(write: Write, origin: RecordOrigin): DynamoDbStreamRecord | undefined {
  const { oldItem, newItem } = write;
  const item = newItem ?? oldItem;
  if (!item) return undefined;
  const Keys = pick(item, keyNames(write.table));
  const images = copy(imagesOf(write, origin.viewType));
  return {
    eventID: randomUUID().replaceAll("-", ""),
    eventName: !oldItem ? "INSERT" : newItem ? "MODIFY" : "REMOVE",
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: origin.region,
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(origin.time / 1000),
      Keys,
      ...images,
      SequenceNumber: origin.sequenceNumber,
      SizeBytes: [Keys, ...Object.values(images)].reduce((sum, part) => sum + itemSize(part), 0),
      StreamViewType: origin.viewType,
    },
    eventSourceARN: origin.streamArn,
    ...(origin.userIdentity && { userIdentity: origin.userIdentity }),
  };
}

function imagesOf({ oldItem, newItem }: Write, viewType: StreamViewType): Record<string, Item> {
  const showNew = viewType === "NEW_IMAGE" || viewType === "NEW_AND_OLD_IMAGES";
  const showOld = viewType === "OLD_IMAGE" || viewType === "NEW_AND_OLD_IMAGES";
  return {
    ...(showNew && newItem && { NewImage: newItem }),
    ...(showOld && oldItem && { OldImage: oldItem }),
  };
}

/** A copy of the record's own: dynalite keeps and returns the objects that it wrote. */
function copy(images: Record<string, Item>): Record<string, Item> {
  return JSON.parse(JSON.stringify(images)) as Record<string, Item>;
}
