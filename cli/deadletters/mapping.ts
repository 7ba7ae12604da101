import { ListEventSourceMappingsCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import { compileFilter } from "../../local/services/lambda/eventSources/filter";
import type { JsonRecord } from "./json";

/** How a function reads a stream. */
export interface Mapping {
  /** Whether a change is for the function: between those that it failed with there may be others. */
  readonly wants: (change: JsonRecord) => boolean;
}

/** The mapping by which a function reads a stream; nothing if there is none. */
export async function mappingOf(
  lambda: LambdaClient,
  functionArn: string,
  streamArn: string,
): Promise<Mapping | undefined> {
  const { EventSourceMappings = [] } = await lambda.send(
    new ListEventSourceMappingsCommand({ FunctionName: functionArn, EventSourceArn: streamArn }),
  );
  const found = EventSourceMappings.find(
    (mapping) => mapping.FunctionArn === functionArn && mapping.EventSourceArn === streamArn,
  );
  if (!found) return undefined;
  const filters = (found.FilterCriteria?.Filters ?? []).map(({ Pattern: pattern = "" }) => ({ pattern }));
  return { wants: compileFilter({ filters }) };
}
