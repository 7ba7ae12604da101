import { DescribeTableCommand, DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { isRecord } from "../deadletters/json";
import { readOutputs, type RunCommand, type StackSource } from "../stackSource";
import { fileOption } from "./options";

/** Where the tag groups of a stack are, and how its resources are tagged. */
export interface TagPlace {
  readonly tableArn: string;
  /** In whose resources to look. */
  readonly services: readonly string[];
  readonly ratePerSecond: number;
}

/** The tag groups cannot be found. */
export class TagPlaceError extends Error {
  override readonly name = "TagPlaceError";
}

/** The stack's output with the place. */
const outputName = "tagGroups";

/** What a stack of the local cloud does not tell through its endpoint. */
const usualRate = 5;

/**
 * Finds the tag groups of a stack.
 * @param allServices those that can be tagged: what is looked at in the local cloud
 * @throws TagPlaceError; StackOutputsError
 */
export async function findPlace(
  source: StackSource,
  allServices: readonly string[],
  run?: RunCommand,
): Promise<TagPlace> {
  if (source.kind !== "endpoint") return placeOfOutputs(await readOutputs(source, fileOption, run));
  const tableArn = await findLocally(source.endpointUrl);
  return { tableArn, services: allServices, ratePerSecond: usualRate };
}

/** `arn:aws:dynamodb:eu-west-1:111122223333:table/NAME` → `NAME`. */
export function tableNameOf({ tableArn }: TagPlace): string {
  return tableArn.slice(tableArn.indexOf("/") + 1);
}

function placeOfOutputs(outputs: string): TagPlace {
  const all = parse(outputs);
  const place = isRecord(all) ? all[outputName] : undefined;
  if (place === undefined) {
    throw new TagPlaceError(
      'The stack has no tag groups. Configure jobrelay:tagGroups, and make them with "pulumi up".',
    );
  }
  const { tableArn, services, ratePerSecond } = isRecord(place) ? place : {};
  const isText = (value: unknown): value is string => typeof value === "string";
  if (
    isText(tableArn) &&
    /^arn:[^:]+:dynamodb:[^:]+:\d+:table\/./.test(tableArn) &&
    Array.isArray(services) &&
    services.every(isText) &&
    typeof ratePerSecond === "number"
  ) {
    return { tableArn, services, ratePerSecond };
  }
  throw new TagPlaceError(`The stack's output ${outputName} has no tableArn, services and ratePerSecond.`);
}

async function findLocally(endpoint: string): Promise<string> {
  const client = new DynamoDBClient({ endpoint });
  try {
    const { TableNames = [] } = await client.send(new ListTablesCommand({}));
    const TableName = TableNames.find((name) => /^tag-groups-[0-9a-f]{7}$/.test(name));
    if (TableName === undefined) {
      throw new TagPlaceError(
        `${endpoint} has no tag groups: configure jobrelay:tagGroups for the stack that "npm run local" runs.`,
      );
    }
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    return Table?.TableArn ?? "";
  } finally {
    client.destroy();
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TagPlaceError("The stack's outputs are not JSON.", { cause: error });
  }
}
