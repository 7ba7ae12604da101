import type { Clock } from "../../clock";
import type { Principal } from "../../iam/principal";
import type { StreamSource } from "../../services/lambda/eventSources/streamSource";
import type { AwsRequest, AwsResponse } from "../../services/service";
import type { CarryOut, CloudFaults, Interruption } from "./cloudFaults";
import { Decisions, type FaultKind, type FaultRates } from "./decisions";
import { deliver, isDelivery } from "./deliveries";
import { operationOf, placeOf } from "./operation";
import { deleteButFor } from "./queueDeletes";
import { failed, throttled } from "./serviceErrors";
import { streamsAgain } from "./streamsAgain";

export interface FaultsOptions {
  readonly seed: number;
  readonly rates: FaultRates;
  readonly clock: Clock;
  /** Whose calls are never disturbed: those of whoever looks on. */
  readonly isExempt: (principal: Principal) => boolean;
}

/** What is no part of what is tried: Lambda's own writing of logs, and asking who one is. */
const exemptServices = ["logs", "sts"];

/** Within how long after its beginning an invocation is cut short, in milliseconds. */
const interruptedWithin = 40;

/** Faults that follow from a seed. None happens before `begin` and after `end`, so that a start and a look can be calm. */
export class Faults implements CloudFaults {
  readonly #decisions: Decisions;
  #active = false;

  constructor(private readonly options: FaultsOptions) {
    this.#decisions = new Decisions(options.seed, options.rates);
  }

  /** How often each kind has happened so far. */
  get happened(): Readonly<Record<FaultKind, number>> {
    return this.#decisions.happened;
  }

  begin(): void {
    this.#active = true;
  }

  end(): void {
    this.#active = false;
  }

  async call(service: string, request: AwsRequest, carryOut: CarryOut): Promise<AwsResponse> {
    const isExempt = exemptServices.includes(service) || this.options.isExempt(request.principal);
    if (!this.#active || isExempt) return carryOut(request);
    const operation = operationOf(service, request);
    const place = placeOf(service, operation, request);
    if (this.#decisions.happens("throttled", place)) throw throttled(service);
    if (this.#decisions.happens("failed before effect", place)) throw failed(service);
    const answer = await this.#carryOut(service, operation, place, request, carryOut);
    if (answer.status < 300 && this.#decisions.happens("failed after effect", place)) throw failed(service);
    return answer;
  }

  streams(source: StreamSource): StreamSource {
    return streamsAgain(source, this.#decisions, () => this.#active);
  }

  interruption(functionName: string): Interruption | undefined {
    if (!this.#active) return undefined;
    const after = this.#decisions.number(`interrupted/${functionName}`) * interruptedWithin;
    if (this.#decisions.happens("function killed", functionName)) return { kind: "killed", after };
    if (this.#decisions.happens("function timed out", functionName)) return { kind: "timedOut", after };
    return undefined;
  }

  #carryOut(
    service: string,
    operation: string,
    place: string,
    request: AwsRequest,
    carryOut: CarryOut,
  ): Promise<AwsResponse> {
    const { clock } = this.options;
    if (isDelivery(service, operation)) {
      return deliver(request, { decisions: this.#decisions, clock, place }, carryOut);
    }
    if (service === "sqs" && operation === "DeleteMessageBatch") {
      return deleteButFor(request, carryOut, () => this.#decisions.happens("delivered again", place));
    }
    return carryOut(request);
  }
}
