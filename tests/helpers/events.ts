import type { JsonObject } from "../../local/services/jsonProtocol";
import { createEvents, type Events, type EventEnvelope } from "../../local/services/events";
import { allowAll, type Authorize } from "../../local/endpoint/authorize";
import type { Principal, ServicePrincipal } from "../../local/iam/principal";
import { AwsError, type AwsRequest, type AwsResponse } from "../../local/services/service";
import { account, ManualClock, root } from "./messaging";
import { stored } from "./stored";

/** What a target received. */
export interface Received {
  readonly to: string;
  readonly principal: Principal;
  readonly input: unknown;
}

/** EventBridge with targets of the test's own. An error in `failures` is what the next delivery meets. */
export class EventsHarness {
  readonly clock = new ManualClock();
  readonly lines: string[] = [];
  readonly received: Received[] = [];
  readonly failures: Error[] = [];
  /** Who may use the keys of archives. */
  authorize: Authorize = allowAll;
  events: Events = this.#create();

  /**
   * Stops the service, and starts it with what it saved.
   * @param stopped milliseconds
   * @param declare makes the program's resources
   */
  async restart(stopped: number, declare: () => Promise<unknown> | void): Promise<void> {
    await this.events.stop();
    const saved = stored(this.events.save());
    this.clock.advance(stopped);
    this.events = this.#create();
    await declare();
    await this.events.restore(saved);
  }

  /** Calls an operation; the answer's body. */
  async call(operation: string, input: object): Promise<JsonObject> {
    const { body } = await this.events.service.handle(requestOf(operation, input));
    return JSON.parse(body.toString()) as JsonObject;
  }

  permissions(operation: string, input: object) {
    return this.events.service.requiredPermissions(requestOf(operation, input));
  }

  /** Once the deliveries under way have ended. */
  async settled(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
  }

  #create(): Events {
    return createEvents({
      account,
      clock: this.clock,
      log: (line) => void this.lines.push(line),
      authorize: (...asked) => this.authorize(...asked),
      dispatch: async (service, request) => this.#dispatched(service, request),
      invokeAsync: async (functionArn, event, principal: ServicePrincipal) =>
        this.#receive({ to: functionArn, principal, input: event }),
    });
  }

  #dispatched(service: string, request: AwsRequest): AwsResponse {
    try {
      const input =
        service === "sns"
          ? Object.fromEntries(new URLSearchParams(request.body.toString()))
          : bodyOf(request);
      this.#receive({ to: service, principal: request.principal, input });
      return { status: 200, headers: {}, body: "{}" };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const body = JSON.stringify({ __type: error.code, message: error.message });
      return { status: error.status, headers: {}, body };
    }
  }

  #receive(received: Received): void {
    const failure = this.failures.shift();
    if (failure) throw failure;
    this.received.push(received);
  }
}

export function eventOf(detail: object, more: Partial<EventEnvelope> = {}): EventEnvelope {
  return {
    version: "0",
    id: "5f0d6c1e-0000-4000-8000-000000000001",
    "detail-type": "Job Status Change",
    source: "jobrelay",
    account: account.accountId,
    time: "2026-03-01T12:00:00Z",
    region: account.region,
    resources: [],
    detail,
    ...more,
  };
}

function requestOf(operation: string, input: object): AwsRequest {
  const headers = { "x-amz-target": `AWSEvents.${operation}` };
  return {
    principal: root,
    method: "POST",
    path: "/",
    query: "",
    headers,
    body: Buffer.from(JSON.stringify(input)),
  };
}

function bodyOf({ body }: AwsRequest): unknown {
  return JSON.parse(body.toString());
}
