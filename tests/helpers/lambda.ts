import { localAccountId, type Account } from "../../local/account";
import type { Clock } from "../../local/clock";
import type { Passage } from "../../local/gate";
import type { Principal } from "../../local/iam/principal";
import type { JsonObject } from "../../local/services/jsonProtocol";
import { createLambda, type FunctionInput, type Lambda } from "../../local/services/lambda";
import type { StreamRecord, StreamSource } from "../../local/services/lambda/eventSources/streamSource";
import { AwsError, type AwsRequest, type AwsResponse } from "../../local/services/service";

export const account: Account = { accountId: localAccountId, region: "eu-west-1", partition: "aws" };
export const root: Principal = { kind: "root", arn: "arn:aws:iam::000000000000:root" };
export const roleArn = "arn:aws:iam::000000000000:role/worker";
export const sessionArn = "arn:aws:sts::000000000000:assumed-role/worker/work";
export const workArn = "arn:aws:lambda:eu-west-1:000000000000:function:work";
export const queueArn = "arn:aws:sqs:eu-west-1:000000000000:jobs";
export const failureQueueArn = "arn:aws:sqs:eu-west-1:000000000000:failures";
export const streamArn = "arn:aws:dynamodb:eu-west-1:000000000000:table/jobs/stream/2026-03-01T00:00:00.000";

/** Resolves waiting promises when their condition has come true. */
class Watch {
  readonly #waiting = new Set<() => void>();

  check(): void {
    for (const check of this.#waiting) check();
  }

  until<Value>(find: () => Value | undefined): Promise<Value> {
    return new Promise((resolve) => {
      const check = () => {
        const value = find();
        if (value === undefined) return;
        this.#waiting.delete(check);
        resolve(value);
      };
      this.#waiting.add(check);
      check();
    });
  }
}

/** A clock that a test moves. */
export class ManualClock implements Clock {
  #now = Date.parse("2026-03-01T00:00:00.000Z");
  readonly #timers = new Set<{ due: number; milliseconds: number; callback: () => void }>();
  readonly #watch = new Watch();

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { due: this.#now + milliseconds, milliseconds, callback };
    this.#timers.add(timer);
    this.#watch.check();
    return () => this.#timers.delete(timer);
  }

  /** Waits until something waits that long, then lets that time pass. */
  async pass(milliseconds: number): Promise<void> {
    const isSet = () => [...this.#timers].some((timer) => timer.milliseconds === milliseconds) || undefined;
    await this.#watch.until(isSet);
    this.#now += milliseconds;
    for (const timer of [...this.#timers].filter(({ due }) => due <= this.#now)) {
      if (this.#timers.delete(timer)) timer.callback();
    }
  }

  get pending(): number {
    return this.#timers.size;
  }
}

/** A call that Lambda made to another service. */
export interface Call {
  readonly principal: string;
  /** For example `sqs SendMessage`. */
  readonly operation: string;
  readonly input: JsonObject;
}

type Answer = (input: JsonObject) => object | Promise<object>;

/** The other services: a test says what they answer. An unexpected call is an error. */
export class FakeCloud {
  readonly calls: Call[] = [];
  readonly #answers = new Map<string, Answer>();
  readonly #watch = new Watch();

  constructor(private readonly lambda: () => Lambda) {
    this.on("sqs GetQueueUrl", ({ QueueName }) => ({ QueueUrl: `http://queues/${String(QueueName)}` }));
    this.on("sqs GetQueueAttributes", () => ({ Attributes: { VisibilityTimeout: "30" } }));
    this.on("sqs DeleteMessageBatch", () => ({ Successful: [], Failed: [] }));
    this.on("sqs SendMessage", () => ({ MessageId: "1" }));
  }

  on(operation: string, answer: Answer): void {
    this.#answers.set(operation, answer);
  }

  /** Each call to ReceiveMessage gives one of these, and then none returns. */
  receives(...batches: readonly JsonObject[][]): void {
    const left = [...batches];
    this.on("sqs ReceiveMessage", () => {
      const Messages = left.shift();
      return Messages ? { Messages } : new Promise(() => undefined);
    });
  }

  /** The calls of an operation, once there are so many. */
  until(operation: string, count = 1): Promise<readonly Call[]> {
    return this.#watch.until(() => {
      const calls = this.of(operation);
      return calls.length >= count ? calls : undefined;
    });
  }

  of(operation: string): readonly Call[] {
    return this.calls.filter((call) => call.operation === operation);
  }

  readonly dispatch = async (service: string, request: AwsRequest): Promise<AwsResponse> => {
    if (service === "lambda") return this.lambda().service.handle(request);
    const target = request.headers["x-amz-target"] ?? "";
    const input = target
      ? (JSON.parse(request.body.toString()) as JsonObject)
      : Object.fromEntries(new URLSearchParams(request.body.toString()));
    const operation = `${service} ${target ? target.slice(target.indexOf(".") + 1) : String(input["Action"])}`;
    const principal =
      request.principal.kind === "service" ? request.principal.service : request.principal.arn;
    this.calls.push({ principal, operation, input });
    this.#watch.check();
    return this.#answer(operation, input);
  };

  async #answer(operation: string, input: JsonObject): Promise<AwsResponse> {
    const answer = this.#answers.get(operation);
    if (!answer) throw new Error(`unexpected call: ${operation}`);
    try {
      return { status: 200, headers: {}, body: JSON.stringify(await answer(input)) };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const body = JSON.stringify({ __type: error.code, message: error.message });
      return { status: error.status, headers: {}, body };
    }
  }
}

/** A stream of which a test writes the records. */
export class FakeStream implements StreamSource {
  readonly opened: string[] = [];
  closed = 0;
  readonly #records: StreamRecord[] = [];
  readonly #watch = new Watch();

  push(...records: readonly StreamRecord[]): void {
    this.#records.push(...records);
    this.#watch.check();
  }

  open(arn: string, position: string): ReturnType<StreamSource["open"]> {
    this.opened.push(`${arn} ${position}`);
    const next = async (limit: number, signal: AbortSignal) => {
      const check = () => this.#watch.check();
      signal.addEventListener("abort", check);
      await this.#watch.until(() => signal.aborted || this.#records.length > 0 || undefined);
      return signal.aborted ? [] : this.#records.splice(0, limit);
    };
    return { position: 0, seek: () => undefined, next, close: () => void this.closed++ };
  }
}

export interface RunningLambda {
  readonly lambda: Lambda;
  readonly clock: ManualClock;
  readonly cloud: FakeCloud;
  readonly streams: FakeStream;
  readonly lines: readonly string[];
  /** Waits until so many lines are logged that match. */
  logged(pattern: RegExp, count?: number): Promise<readonly string[]>;
}

export function startLambda(clock = new ManualClock(), gate?: Passage): RunningLambda {
  const streams = new FakeStream();
  const cloud: FakeCloud = new FakeCloud(() => lambda);
  const lines: string[] = [];
  const watch = new Watch();
  const log = (line: string) => {
    lines.push(line);
    watch.check();
  };
  const environmentFor = (role: string, name: string) => ({
    AWS_ACCESS_KEY_ID: `key of ${role} for ${name}`,
  });
  const { dispatch } = cloud;
  const options = { account, clock, log, streams, dispatch, environmentFor };
  const lambda = createLambda({ ...options, ...(gate && { gate }) });
  const logged = (pattern: RegExp, count = 1) =>
    watch.until(() => {
      const found = lines.filter((line) => pattern.test(line));
      return found.length >= count ? found : undefined;
    });
  return { lambda, clock, cloud, streams, lines, logged };
}

/** Deploys the function `work`; `code` is the body of its async handler. */
export function deploy(
  { lambda }: Pick<RunningLambda, "lambda">,
  code: string,
  input: Partial<FunctionInput> = {},
): ReturnType<Lambda["createFunction"]> {
  return lambda.createFunction({
    name: "work",
    files: { "index.js": `let calls = 0;\nexports.handler = async (event, context) => {\n${code}\n};` },
    handler: "index.handler",
    roleArn,
    environment: {},
    timeoutSeconds: 3,
    memoryMb: 256,
    ...input,
  });
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Makes a request on Lambda's wire. */
export async function request(
  { lambda }: Pick<RunningLambda, "lambda">,
  method: string,
  pathAndQuery: string,
  body = "",
  headers: Record<string, string> = {},
): Promise<WireAnswer> {
  const answer = await lambda.service.handle(awsRequest(method, pathAndQuery, body, headers));
  const text = answer.body.toString();
  return {
    status: answer.status,
    headers: answer.headers,
    body: text === "" ? "" : (JSON.parse(text) as unknown),
  };
}

export function awsRequest(
  method: string,
  pathAndQuery: string,
  body = "",
  headers: Record<string, string> = {},
): AwsRequest {
  const [path = "", query = ""] = pathAndQuery.split("?");
  return { principal: root, method, path, query, headers, body: Buffer.from(body) };
}

/** Invokes a function synchronously. */
export function invoke(
  running: Pick<RunningLambda, "lambda">,
  event: unknown,
  headers: Record<string, string> = {},
  name = "work",
): Promise<WireAnswer> {
  return request(
    running,
    "POST",
    `/2015-03-31/functions/${name}/invocations`,
    JSON.stringify(event),
    headers,
  );
}
