import type { Account } from "../../account";
import type { Clock } from "../../clock";
import { AwsError } from "../service";
import type { UserIdentity } from "./operations";
import type { Write } from "./operationView";
import type { Table } from "./table";
import { TableStream, type SavedStream, type StreamPosition, type StreamReader } from "./tableStream";

export interface StreamSource {
  /** @throws AwsError ResourceNotFoundException when no table has this stream enabled */
  open(streamArn: string, position: StreamPosition): StreamReader;
}

/** The enabled streams of all tables, by ARN. */
export class Streams implements StreamSource {
  readonly #streams = new Map<string, TableStream>();

  constructor(
    private readonly account: Account,
    private readonly clock: Clock,
  ) {}

  /** Begins the stream of the table if it has one enabled. */
  begin({ LatestStreamArn: arn, StreamSpecification: specification }: Table): void {
    const viewType = specification?.StreamViewType;
    if (arn === undefined || viewType === undefined) return;
    const { region } = this.account;
    this.#streams.set(arn, new TableStream({ arn, viewType, region, clock: this.clock }));
  }

  /** Open readers still get what they have not read. */
  end({ LatestStreamArn: arn }: Table): void {
    if (arn !== undefined) this.#streams.delete(arn);
  }

  save(): readonly SavedStream[] {
    return [...this.#streams.values()].map((stream) => stream.save());
  }

  restore(saved: readonly SavedStream[]): void {
    for (const stream of saved) this.#streams.get(stream.arn)?.restore(stream);
  }

  append(write: Write, userIdentity: UserIdentity | undefined): void {
    const { LatestStreamArn: arn } = write.table;
    if (arn !== undefined) this.#streams.get(arn)?.append(write, userIdentity);
  }

  open(streamArn: string, position: StreamPosition): StreamReader {
    const stream = this.#streams.get(streamArn);
    if (stream) return stream.open(position);
    throw new AwsError(
      "ResourceNotFoundException",
      `Requested resource not found: Stream: ${streamArn} not found`,
    );
  }
}
