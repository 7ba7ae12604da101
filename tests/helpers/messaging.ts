import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { Account } from "../../local/account";
import type { Clock } from "../../local/clock";
import type { Principal } from "../../local/iam/principal";
import type { Dispatch } from "../../local/services/internalClient";
import { createMessaging, type Messaging } from "../../local/services/messaging/messaging";
import type { AwsRequest, AwsResponse, RequiredPermission } from "../../local/services/service";
import { stored } from "./stored";

export const account: Account = { accountId: "000000000000", region: "eu-west-1", partition: "aws" };
export const root: Principal = { kind: "root", arn: "arn:aws:iam::000000000000:root" };
export const queueArn = (name: string) => `arn:aws:sqs:eu-west-1:000000000000:${name}`;
export const topicArn = (name: string) => `arn:aws:sns:eu-west-1:000000000000:${name}`;

/** Time that only moves when it is told to. */
export class ManualClock implements Clock {
  #now = Date.parse("2026-03-01T12:00:00.000Z");
  readonly #timers = new Set<{ due: number; callback: () => void }>();

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { due: this.#now + milliseconds, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Milliseconds until each timer that is set. */
  get waits(): number[] {
    return [...this.#timers].map(({ due }) => due - this.#now).sort((a, b) => a - b);
  }

  advance(milliseconds: number): void {
    this.#now += milliseconds;
    for (const timer of this.#timers) {
      if (timer.due > this.#now) continue;
      this.#timers.delete(timer);
      timer.callback();
    }
  }
}

/** A request that one service made of another. */
export interface DispatchedRequest {
  readonly service: string;
  readonly request: AwsRequest;
}

/** Lets a test answer in place of the service, for example with a denial. */
export type Intercept = (dispatched: DispatchedRequest) => AwsResponse | undefined;

/** The messaging services behind an HTTP server that takes every signature for good. */
export class MessagingHarness {
  readonly clock = new ManualClock();
  readonly lines: string[] = [];
  readonly dispatched: DispatchedRequest[] = [];
  intercept: Intercept = () => undefined;
  url = "http://127.0.0.1:4566";
  readonly #clients: { destroy(): void }[] = [];
  readonly #logWaiters = new Set<() => void>();
  #server: Server | undefined;
  #messaging: Messaging | undefined;

  static async start(): Promise<MessagingHarness> {
    const harness = new MessagingHarness();
    harness.#messaging = await harness.#create();
    return harness;
  }

  /** Stops the services and starts them again with what they saved. @param declare makes the program's resources */
  async restart(declare: () => Promise<unknown> = async () => undefined): Promise<void> {
    await this.messaging.settle();
    const saved = stored(this.messaging.save());
    await this.messaging.stop();
    this.#messaging = await this.#create();
    await this.messaging.prepare?.(saved);
    await declare();
    await this.messaging.restore(saved);
  }

  get messaging(): Messaging {
    if (!this.#messaging) throw new Error("the harness is not started");
    return this.#messaging;
  }

  readonly dispatch: Dispatch = async (service, request) => {
    this.dispatched.push({ service, request });
    return this.intercept({ service, request }) ?? this.#handle(service, request);
  };

  /** Serves HTTP on a free port; queue URLs name it from now on. */
  async listen(): Promise<string> {
    const server = createServer((message, response) => {
      void read(message).then(async (request) => {
        const { status, headers, body } = await this.#handle(signedService(message), request);
        response.writeHead(status, headers).end(body);
      });
    });
    this.#server = server;
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return this.url;
  }

  sqs(): SQSClient {
    return this.#kept(new SQSClient(this.#clientConfig()));
  }

  sns(): SNSClient {
    return this.#kept(new SNSClient(this.#clientConfig()));
  }

  s3(config: { forcePathStyle?: boolean; endpoint?: string } = {}): S3Client {
    return this.#kept(new S3Client({ ...this.#clientConfig(), ...config }));
  }

  permissions(service: "sqs" | "sns" | "s3", request: Partial<AwsRequest>): readonly RequiredPermission[] {
    return this.messaging[service].requiredPermissions({ ...emptyRequest, ...request });
  }

  request(service: "sqs" | "sns" | "s3", request: Partial<AwsRequest>): Promise<AwsResponse> {
    return this.messaging[service].handle({ ...emptyRequest, ...request });
  }

  /** Once so many timers are set. */
  async clockWaits(count: number): Promise<void> {
    while (this.clock.waits.length < count) await new Promise((resolve) => setImmediate(resolve));
  }

  /** Once something has been logged that contains the text. */
  async logged(text: string): Promise<string> {
    for (;;) {
      const line = this.lines.find((each) => each.includes(text));
      if (line !== undefined) return line;
      await new Promise<void>((resolve) => this.#logWaiters.add(resolve));
    }
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.destroy();
    await this.#messaging?.stop();
    this.#server?.closeAllConnections();
    this.#server?.close();
  }

  #create(): Promise<Messaging> {
    return createMessaging({
      account,
      clock: this.clock,
      log: (line) => this.#log(line),
      dispatch: this.dispatch,
      endpointUrl: () => this.url,
    });
  }

  #handle(service: string, request: AwsRequest): Promise<AwsResponse> {
    const { sqs, sns, s3 } = this.messaging;
    const services = new Map(Object.entries({ sqs, sns, s3 }));
    const found = services.get(service);
    if (!found) throw new Error(`no service ${service}`);
    return found.handle(request);
  }

  #clientConfig() {
    const credentials = { accessKeyId: "AKIATEST", secretAccessKey: "secret" };
    return { endpoint: this.url, region: account.region, credentials, maxAttempts: 1 };
  }

  #kept<Client extends { destroy(): void }>(client: Client): Client {
    this.#clients.push(client);
    return client;
  }

  #log(line: string): void {
    this.lines.push(line);
    for (const resolve of this.#logWaiters) resolve();
    this.#logWaiters.clear();
  }
}

const emptyRequest: AwsRequest = {
  principal: root,
  method: "POST",
  path: "/",
  query: "",
  headers: {},
  body: Buffer.alloc(0),
};

async function read(message: IncomingMessage): Promise<AwsRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
  const [path = "/", query = ""] = (message.url ?? "/").split(/\?(.*)/s);
  const headers = Object.entries(message.headers).map(([name, value]) => [name, String(value)] as const);
  return {
    principal: root,
    method: message.method ?? "GET",
    path,
    query,
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks),
  };
}

/** An unsigned request is a subscriber's visit to a confirmation URL. */
function signedService({ headers, url }: IncomingMessage): string {
  const credential = /Credential=([^,\s&]+)/.exec(headers.authorization ?? url ?? "")?.[1] ?? "";
  return decodeURIComponent(credential).split("/").at(-2) ?? "sns";
}
