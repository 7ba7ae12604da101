import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import type { Account } from "../../local/account";
import type { Clock } from "../../local/clock";
import type { Passage } from "../../local/gate";
import type { Principal } from "../../local/iam/principal";
import { silent } from "../../local/log";
import type { JsonObject } from "../../local/services/jsonProtocol";
import type { AwsRequest, AwsResponse } from "../../local/services/service";
import {
  createStepFunctions,
  type ExecutionEvent,
  type Integrations,
  type StepFunctions,
} from "../../local/services/stepFunctions";
import { stored } from "./stored";

export const account: Account = { accountId: "000000000000", region: "eu-west-1", partition: "aws" };
export const root: Principal = { kind: "root", arn: "arn:aws:iam::000000000000:root" };
export const roleArn = "arn:aws:iam::000000000000:role/workflows/settlement-role";
export const arnPrefix = "arn:aws:states:eu-west-1:000000000000";

/** Time that only moves when it is told to. */
export class ManualClock implements Clock {
  #now = Date.parse("2026-03-01T12:00:00.000Z");
  readonly #timers = new Set<{ readonly due: number; readonly callback: () => void }>();
  readonly #changes = new EventEmitter();

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { due: this.#now + milliseconds, callback };
    this.#timers.add(timer);
    this.#changes.emit("timer");
    return () => this.#timers.delete(timer);
  }

  /** Milliseconds until each timer that is set, soonest first. */
  get waits(): number[] {
    return [...this.#timers].map(({ due }) => due - this.#now).sort((a, b) => a - b);
  }

  /** Once something waits that long. */
  async waiting(milliseconds: number): Promise<void> {
    while (!this.waits.includes(milliseconds)) await once(this.#changes, "timer");
  }

  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (;;) {
      const [next] = [...this.#timers].filter(({ due }) => due <= end).sort((a, b) => a.due - b.due);
      if (!next) break;
      this.#timers.delete(next);
      this.#now = next.due;
      next.callback();
    }
    this.#now = end;
  }
}

/** A call that a task made to another service. */
export interface ServiceCall {
  readonly service: string;
  readonly request: AwsRequest;
  /** The body, parsed. */
  readonly input: JsonObject;
}

export type Responder = (call: ServiceCall) => AwsResponse | Promise<AwsResponse>;

export const json = (value: unknown, status = 200, headers: Record<string, string> = {}): AwsResponse => ({
  status,
  headers: { "x-amzn-requestid": "request-1", ...headers },
  body: JSON.stringify(value),
});

interface HarnessOptions {
  readonly gate?: Passage;
  readonly random?: () => number;
  readonly integrations?: Integrations;
}

/** Step Functions with a clock and services of the test's own. A call that `respond` does not expect fails the test. */
export class StepFunctionsHarness {
  readonly clock = new ManualClock();
  readonly calls: ServiceCall[] = [];
  readonly events: ExecutionEvent[] = [];
  stepFunctions: StepFunctions;
  respond: Responder = ({ request }) => assert.fail(`unexpected call ${request.path}`);
  readonly #changes = new EventEmitter().setMaxListeners(0);

  readonly #created: { readonly name: string; readonly definition: object }[] = [];

  constructor(private readonly options: HarnessOptions = {}) {
    this.stepFunctions = this.#begin();
  }

  /** Stops the service, and starts it with what it saved and the same state machines. @param stopped milliseconds */
  async restart(stopped = 0): Promise<void> {
    await this.stepFunctions.stop();
    assert.deepEqual(this.clock.waits, []);
    const saved = stored(this.stepFunctions.save());
    this.clock.advance(stopped);
    this.stepFunctions = this.#begin();
    for (const { name, definition } of this.#created.splice(0)) this.create(definition, name);
    await this.stepFunctions.restore(saved);
  }

  #begin(): StepFunctions {
    return createStepFunctions({
      account,
      clock: this.clock,
      log: silent,
      dispatch: (service, request) => this.#dispatch(service, request),
      emit: (event) => {
        this.events.push(event);
        this.#changes.emit("change");
      },
      ...this.options,
    });
  }

  /** @returns the state machine's ARN */
  create(definition: object, name = "settlement"): string {
    this.#created.push({ name, definition });
    const text = JSON.stringify(definition);
    return this.stepFunctions.createStateMachine({ name, definition: text, roleArn }).stateMachineArn;
  }

  /** What the service answers to an operation. */
  async send(operation: string, input: object): Promise<{ status: number; body: JsonObject }> {
    const response = await this.stepFunctions.service.handle(request(operation, input));
    return { status: response.status, body: JSON.parse(response.body.toString()) as JsonObject };
  }

  /** The answer to an operation that succeeds. */
  async ok(operation: string, input: object): Promise<JsonObject> {
    const { status, body } = await this.send(operation, input);
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  }

  /** Starts an execution of a definition of its own. @returns its ARN */
  async start(definition: object, input: unknown = {}, name = "job-1"): Promise<string> {
    const stateMachineArn = this.create(definition);
    await this.ok("StartExecution", { stateMachineArn, name, input: JSON.stringify(input) });
    return `${arnPrefix}:execution:settlement:${name}`;
  }

  /** The `index`th call that tasks made, once it is made. */
  async call(index = 0): Promise<ServiceCall> {
    for (;;) {
      const found = this.calls[index];
      if (found) return found;
      await once(this.#changes, "change");
    }
  }

  /** The event of an execution's `count`th end, once it has ended. */
  async ended(executionArn: string, count = 1): Promise<ExecutionEvent["detail"]> {
    for (;;) {
      const ends = this.events.filter(
        ({ detail }) => detail.executionArn === executionArn && detail.status !== "RUNNING",
      );
      const found = ends[count - 1];
      if (found) return found.detail;
      await once(this.#changes, "change");
    }
  }

  /** Runs a definition to its end. */
  async run(definition: object, input: unknown = {}): Promise<ExecutionEvent["detail"]> {
    return this.ended(await this.start(definition, input));
  }

  /** The types of an execution's events. */
  async eventTypes(executionArn: string): Promise<string[]> {
    const { events } = await this.ok("GetExecutionHistory", { executionArn, maxResults: 1000 });
    return (events as { type: string }[]).map(({ type }) => type);
  }

  async #dispatch(service: string, request: AwsRequest): Promise<AwsResponse> {
    const input = JSON.parse(request.body.toString() || "{}") as JsonObject;
    const call = { service, request, input };
    this.calls.push(call);
    this.#changes.emit("change");
    return this.respond(call);
  }
}

export function request(operation: string, input: object): AwsRequest {
  return {
    principal: root,
    method: "POST",
    path: "/",
    query: "",
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": `AWSStepFunctions.${operation}`,
    },
    body: Buffer.from(JSON.stringify(input)),
  };
}

export const queueUrl = "http://127.0.0.1/000000000000/hand-offs";

/** A machine of one hand-off: a message with the task token, and what comes back. */
export function handOff(fields: object = {}, states: object = {}): object {
  return {
    StartAt: "Approval",
    States: {
      Approval: {
        Type: "Task",
        Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        Parameters: {
          QueueUrl: queueUrl,
          MessageBody: { "token.$": "$$.Task.Token", "jobId.$": "$.jobId" },
        },
        ResultPath: "$.results.approval",
        End: true,
        ...fields,
      },
      ...states,
    },
  };
}

/** The task token in a hand-off's message. */
export function tokenIn({ input }: ServiceCall): string {
  return (JSON.parse(String(input["MessageBody"])) as { token: string }).token;
}

/** A machine of one invocation. */
export function invocation(fields: object = {}, states: object = {}): object {
  return {
    StartAt: "Generate",
    States: {
      Generate: {
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke",
        Parameters: { FunctionName: "generate", "Payload.$": "$" },
        End: true,
        ...fields,
      },
      ...states,
    },
  };
}

/** How a function that threw answers. */
export const thrown = (errorType: string): AwsResponse =>
  json({ errorType, errorMessage: "no" }, 200, { "x-amz-function-error": "Unhandled" });
