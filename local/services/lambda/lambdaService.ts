import type { Account } from "../../account";
import type { JsonObject } from "../jsonProtocol";
import { AwsError, type AwsRequest, type AwsResponse, type Service } from "../service";
import type { AsynchronousInvocations } from "./asynchronousInvocations";
import type { EventSourceMappings } from "./eventSources/mappings";
import { functionNotFound, parseFunction, type FunctionReference } from "./functionArn";
import { checkRange } from "./functionInput";
import { invoke } from "./invoke";
import type { LambdaFunction } from "./lambdaFunction";
import type { ResourcePolicies } from "./resourcePolicies";
import { respond, respondError } from "./responses";
import { permissionsOf, routeOf, type FunctionOperation, type Route } from "./routes";
import { functionConfiguration, functionView, mappingView } from "./views";

export interface LambdaServiceOptions {
  readonly account: Account;
  readonly functions: ReadonlyMap<string, LambdaFunction>;
  readonly policies: ResourcePolicies;
  readonly mappings: EventSourceMappings;
  readonly asynchronous: AsynchronousInvocations;
}

/** Lambda's REST JSON. */
export class LambdaService implements Service {
  constructor(private readonly options: LambdaServiceOptions) {}

  requiredPermissions(request: AwsRequest): ReturnType<Service["requiredPermissions"]> {
    try {
      return permissionsOf(routeOf(this.options.account, request));
    } catch (error) {
      if (error instanceof AwsError) return [];
      throw error;
    }
  }

  async handle(request: AwsRequest): Promise<AwsResponse> {
    try {
      return await this.#answer(routeOf(this.options.account, request), request);
    } catch (error) {
      if (error instanceof AwsError) return respondError(error);
      throw error;
    }
  }

  renderError(error: AwsError): AwsResponse {
    return respondError(error);
  }

  /** @throws AwsError ResourceNotFoundException for an unknown function or version */
  find({ name, qualifier, arn }: FunctionReference): LambdaFunction {
    const target = this.options.functions.get(name);
    if (!target || (qualifier ?? "$LATEST") !== "$LATEST") throw functionNotFound(arn);
    return target;
  }

  #answer(route: Route, request: AwsRequest): Promise<AwsResponse> | AwsResponse {
    if ("target" in route) return this.#answerFor(route.operation, route.target, request);
    const query = new URLSearchParams(request.query);
    return route.operation === "ListFunctions" ? this.#listFunctions(query) : this.#listMappings(query);
  }

  #answerFor(
    operation: FunctionOperation,
    reference: FunctionReference,
    request: AwsRequest,
  ): Promise<AwsResponse> | AwsResponse {
    const target = this.find(reference);
    switch (operation) {
      case "InvokeFunction": {
        const enqueue = (payload: string) =>
          this.options.asynchronous.enqueue(target, payload, reference.arn);
        return invoke({ request, target, invokedArn: reference.arn, enqueue });
      }
      case "GetFunction":
        return respond(200, functionView(target));
      case "GetFunctionConfiguration":
        return respond(200, functionConfiguration(target));
      case "GetPolicy":
        return this.#getPolicy(target);
    }
  }

  #getPolicy(target: LambdaFunction): AwsResponse {
    const found = this.options.policies.of(target.input.name);
    if (!found) {
      throw new AwsError("ResourceNotFoundException", "The resource you requested does not exist.", 404);
    }
    return respond(200, { Policy: JSON.stringify(found.policy), RevisionId: found.revisionId });
  }

  #listFunctions(query: URLSearchParams): AwsResponse {
    const { items, next } = page([...this.options.functions.values()], query, 50);
    return respond(200, { NextMarker: next, Functions: items.map(functionConfiguration) });
  }

  #listMappings(query: URLSearchParams): AwsResponse {
    const eventSource = query.get("EventSourceArn");
    const name = query.get("FunctionName");
    const wanted = name === null ? undefined : this.find(parseFunction(this.options.account, name));
    const mappings = this.options.mappings.all.filter(
      ({ mapping, target }) =>
        (eventSource === null || mapping.eventSourceArn === eventSource) && (!wanted || target === wanted),
    );
    const { items, next } = page(mappings, query, 100);
    const answer: JsonObject = { NextMarker: next, EventSourceMappings: items.map(mappingView) };
    return respond(200, answer);
  }
}

/** A page of a list; the marker is the place of the next item. */
function page<Item>(
  items: readonly Item[],
  query: URLSearchParams,
  most: number,
): { readonly items: readonly Item[]; readonly next: string | null } {
  const limit = Number(query.get("MaxItems") ?? most);
  checkRange(limit, "maxItems", 1, 10_000);
  const first = Number(query.get("Marker") ?? 0);
  if (!Number.isInteger(first))
    throw new AwsError("InvalidParameterValueException", "Invalid pagination token");
  const end = first + Math.min(limit, most);
  return { items: items.slice(first, end), next: end < items.length ? String(end) : null };
}
