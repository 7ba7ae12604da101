import type { Principal } from "../../iam/principal";
import type { Authorize } from "../../endpoint/authorize";
import { AwsError } from "../service";
import type { StreamSource } from "./streams";
import type { StreamPosition, StreamReader } from "./tableStream";

/** Opens streams on behalf of a principal. */
export interface AuthorizedStreams {
  open(streamArn: string, position: StreamPosition, principal: Principal): Promise<StreamReader>;
}

/** What an event source mapping needs to read a stream. Source: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html */
function permissionsFor(streamArn: string) {
  const actions = ["dynamodb:DescribeStream", "dynamodb:GetShardIterator", "dynamodb:GetRecords"];
  return [
    { action: "dynamodb:ListStreams", resource: "*" },
    ...actions.map((action) => ({ action, resource: streamArn })),
  ];
}

/** Streams whose readers ask before each read whether their principal may still read. */
export function authorizedStreams(streams: StreamSource, authorize: Authorize): AuthorizedStreams {
  const check = async (streamArn: string, principal: Principal) => {
    const request = { principal, method: "POST", path: "/", query: "", headers: {}, body: Buffer.alloc(0) };
    await authorize(request, "dynamodb", permissionsFor(streamArn));
  };
  return {
    async open(streamArn, position, principal) {
      await check(streamArn, principal);
      const reader = streams.open(streamArn, position);
      return {
        get position() {
          return reader.position;
        },
        seek: (position) => reader.seek(position),
        close: () => reader.close(),
        async next(limit, signal) {
          try {
            await check(streamArn, principal);
          } catch (error) {
            // Lambda goes on asking, for a permission that is missing may be granted.
            if (error instanceof AwsError) return [];
            throw error;
          }
          return reader.next(limit, signal);
        },
      };
    },
  };
}
