import { createHash } from "node:crypto";
import type { Account } from "./account";
import type { Activity } from "./activity";
import type { Clock } from "./clock";
import type { Courtesy } from "./courtesy";
import type { Gate } from "./gate";
import type { Authorize } from "./endpoint/authorize";
import { createRestApi } from "./gateway/restApi";
import type { ServicePrincipal } from "./iam/principal";
import type { Verify } from "./iam/signature";
import type { Log } from "./log";
import type { Dispatch } from "./services/internalClient";

export interface ApisOptions {
  readonly account: Account;
  readonly clock: Clock;
  readonly log: Log;
  readonly verify: Verify;
  readonly authorize?: Authorize;
  readonly dispatch: Dispatch;
  /** Where the first API listens; 0 takes any free port, as all others do. */
  readonly port: number;
  readonly portOption: string;
  readonly gate?: Gate;
  readonly activity?: Activity;
  /** Lets requests go before work that nobody waits for. */
  readonly courtesy?: Courtesy;
}

/** The REST APIs of the account, each at a port of its own once it is deployed. */
export class Apis {
  readonly #documents = new Map<string, unknown>();
  readonly #running: { stop(): Promise<void> }[] = [];

  constructor(private readonly options: ApisOptions) {}

  /** @param document OpenAPI, parsed @returns the API's id */
  create(name: string, document: unknown): string {
    const apiId = createHash("sha256").update(name).digest("hex").slice(0, 10);
    this.#documents.set(apiId, document);
    return apiId;
  }

  /** Serves an API. @returns its URL, with the stage @throws PortInUseError, OpenApiImportError */
  async deploy(apiId: string, stageName: string): Promise<string> {
    const { port, ...options } = this.options;
    const document = this.#documents.get(apiId);
    const invoke = (functionArn: string, event: object, sourceArn: string) =>
      invokeFunction(this.options.dispatch, functionArn, event, sourceArn);
    const api = createRestApi({ ...options, document, apiId, stageName, invoke });
    const url = await api.listen(this.#running.length === 0 ? port : 0);
    this.#running.push(api);
    return url;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#running.map((api) => api.stop()));
  }
}

/** API Gateway calls a function as itself: the function's own policy must let it. */
async function invokeFunction(dispatch: Dispatch, functionArn: string, event: object, sourceArn: string) {
  const principal: ServicePrincipal = { kind: "service", service: "apigateway.amazonaws.com", sourceArn };
  const response = await dispatch("lambda", {
    principal,
    method: "POST",
    path: `/2015-03-31/functions/${encodeURIComponent(functionArn)}/invocations`,
    query: "",
    headers: { "x-amz-invocation-type": "RequestResponse" },
    body: Buffer.from(JSON.stringify(event)),
  });
  const payload = response.body.toString();
  if (response.status >= 300) throw new Error(`Lambda answered ${response.status}: ${payload}`);
  const functionError = response.headers["x-amz-function-error"];
  return { payload, ...(functionError === undefined ? {} : { functionError }) };
}
