import type { StreamSource } from "../../services/lambda/eventSources/streamSource";
import type { AwsRequest, AwsResponse } from "../../services/service";

/** How an invocation is cut short: its worker ends by itself, or the invocation runs out of time. */
export interface Interruption {
  readonly kind: "killed" | "timedOut";
  /** After it began, in milliseconds. */
  readonly after: number;
}

/** Carries a request out, or another one in its place. */
export type CarryOut = (request: AwsRequest) => Promise<AwsResponse>;

/** What can go wrong in a cloud that is well. Without it the local cloud disturbs nothing. */
export interface CloudFaults {
  /**
   * Stands between a permitted request and its service.
   * @param service the signing name, for example `dynamodb`
   * @throws AwsError the service's own, which is rendered in its protocol
   */
  call(service: string, request: AwsRequest, carryOut: CarryOut): Promise<AwsResponse>;
  /** Stands between streams and the mappings that read them. */
  streams(source: StreamSource): StreamSource;
  /** Asked once for each invocation of a function. */
  interruption(functionName: string): Interruption | undefined;
}
