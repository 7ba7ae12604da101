import { operationOf } from "../../local/endpoint/faults/operation";
import type { CloudFaults } from "../../local/endpoint/faults/cloudFaults";
import { membersOf, withBody } from "./breaks";

/** How long a message stays invisible whose handling failed, in seconds: six minutes are too long to wait for. */
const visibilityTimeout = 15;

/** Shortens it where a mapping receives messages: what the program says of its queues stays as it is, over restarts too. */
export function shortVisibility(faults: CloudFaults): CloudFaults {
  return {
    call: (service, request, carryOut) => {
      const receives = service === "sqs" && operationOf(service, request) === "ReceiveMessage";
      if (!receives || request.principal.kind !== "role") return faults.call(service, request, carryOut);
      const shorter = { VisibilityTimeout: visibilityTimeout, ...membersOf(request) };
      return faults.call(service, withBody(request, shorter), carryOut);
    },
    streams: (source) => faults.streams(source),
    interruption: (functionName) => faults.interruption(functionName),
  };
}
