import { LambdaClient } from "@aws-sdk/client-lambda";
import { SQSClient } from "@aws-sdk/client-sqs";
import { jsonApi, type JsonApi } from "./jsonApi";
import type { StackSource } from "../stackSource";
import type { DeadLetterQueue } from "./queues";

/** The services that dead letters have to do with, where the queues are. */
export interface DeadLetterServices {
  readonly sqs: SQSClient;
  readonly lambda: LambdaClient;
  readonly streams: JsonApi;
  readonly cloudWatch: JsonApi;
  destroy(): void;
}

/** Makes the clients, with the credentials that AWS's own tools would use. */
export async function connect(
  source: StackSource,
  queues: readonly DeadLetterQueue[],
): Promise<DeadLetterServices> {
  const endpoint = source.kind === "endpoint" ? source.endpointUrl : undefined;
  const place = placeOf(queues);
  const config = {
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(endpoint === undefined && place ? { region: place.region } : {}),
  };
  const sqs = new SQSClient(config);
  const lambda = new LambdaClient(config);
  const common = { region: await sqs.config.region(), credentials: sqs.config.credentials };
  const url = (host: string) =>
    endpoint ?? `https://${host}.${common.region}.${place?.suffix ?? "amazonaws.com"}`;
  return {
    sqs,
    lambda,
    streams: jsonApi({
      ...common,
      url: url("streams.dynamodb"),
      signingName: "dynamodb",
      targetPrefix: "DynamoDBStreams_20120810",
    }),
    cloudWatch: jsonApi({
      ...common,
      url: url("monitoring"),
      signingName: "monitoring",
      targetPrefix: "GraniteServiceVersion20100801",
    }),
    destroy() {
      sqs.destroy();
      lambda.destroy();
    },
  };
}

/** The URL of a queue on AWS says where it is: `https://sqs.eu-west-1.amazonaws.com/111122223333/name`. */
function placeOf([first]: readonly DeadLetterQueue[]): { region: string; suffix: string } | undefined {
  const [, region, suffix] = /^https:\/\/sqs\.([a-z0-9-]+)\.([a-z.]+)\//.exec(first?.url ?? "") ?? [];
  return region !== undefined && suffix !== undefined ? { region, suffix } : undefined;
}
