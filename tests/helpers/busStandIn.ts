import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** An entry of PutEvents on the wire. */
export interface PutEntry {
  readonly EventBusName: string;
  readonly Source: string;
  readonly DetailType: string;
  /** JSON. */
  readonly Detail: string;
  /** In seconds since the epoch. */
  readonly Time: number;
  readonly Resources: readonly string[];
}

/** Why EventBridge refuses an entry, in an answer that is good as a whole. */
export interface EntryRefusal {
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

/** Stands where EventBridge is, for clients that are made without settings: takes entries, or refuses them. */
export class BusStandIn {
  /** What it took. */
  readonly entries: PutEntry[] = [];
  /** How many entries each request had. */
  readonly requests: number[] = [];
  /** What the next entries are refused with; nothing where one is taken. */
  readonly refusals: (EntryRefusal | undefined)[] = [];

  private constructor(private readonly server: Server) {}

  /** Call it before the first client asks where EventBridge is. */
  static async open(): Promise<BusStandIn> {
    const server = createServer((message, response) => {
      void bodyOf(message).then((body) => {
        response.writeHead(200, { "content-type": "application/x-amz-json-1.1" });
        response.end(JSON.stringify(standIn.#put(JSON.parse(body) as { Entries: PutEntry[] })));
      });
    });
    const standIn = new BusStandIn(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    process.env["AWS_ENDPOINT_URL_EVENTBRIDGE"] = `http://127.0.0.1:${port}`;
    return standIn;
  }

  close(): void {
    delete process.env["AWS_ENDPOINT_URL_EVENTBRIDGE"];
    this.server.closeAllConnections();
    this.server.close();
  }

  #put({ Entries: entries }: { readonly Entries: readonly PutEntry[] }): object {
    this.requests.push(entries.length);
    const results = entries.map((entry) => {
      const refusal = this.refusals.shift();
      if (refusal) return refusal;
      this.entries.push(entry);
      return { EventId: `event-${this.entries.length}` };
    });
    return { FailedEntryCount: results.filter((result) => "ErrorCode" in result).length, Entries: results };
  }
}

async function bodyOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
