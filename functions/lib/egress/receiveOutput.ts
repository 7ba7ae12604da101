import type { Readable } from "node:stream";
import { egressInterruption, isEgressInterruption, type EgressError } from "./errors";
import type { OutputAnswer, OutputRequest } from "./fetchOutput";

/** Asks the platform for an output, from a byte on. */
export type FetchOutput = (request: Pick<OutputRequest, "from" | "validator">) => Promise<OutputAnswer>;

/**
 * The bytes of an output to its end, from where `answer` begins. A connection that breaks is made anew from there, as
 * long as the platform supports ranges and each connection brings something.
 * @throws EgressInterruption when it breaks for good, the output has changed, or is not as long as it should be
 */
export async function* receiveOutput(answer: OutputAnswer, fetch: FetchOutput): AsyncGenerator<Buffer> {
  const { validator, acceptsRanges, length } = answer.facts;
  let at = answer.from;
  let { body } = answer;
  try {
    for (;;) {
      const began = at;
      try {
        for await (const chunk of body) {
          at += (chunk as Buffer).length;
          yield chunk as Buffer;
        }
        return checkLength(at, length);
      } catch (error) {
        const interruption = asInterruption(error, at, length);
        if (validator === undefined || !acceptsRanges || at === began) throw interruption;
        body = await continued(fetch, { from: at, validator });
      }
    }
  } finally {
    body.destroy();
  }
}

/** The rest of an output. @throws an interruption when it is another by now */
async function continued(
  fetch: FetchOutput,
  request: { readonly from: number; readonly validator: string },
): Promise<Readable> {
  const { body, from, facts } = await fetch(request);
  if (from === request.from && facts.validator === request.validator) return body;
  body.destroy();
  throw egressInterruption("OutputChanged", `The output changed after ${request.from} bytes of it.`);
}

function checkLength(received: number, length: number | undefined): void {
  if (length === undefined || received === length) return;
  throw egressInterruption("WrongLength", `The platform sent ${received} bytes of an output of ${length}.`);
}

function asInterruption(error: unknown, at: number, length: number | undefined): EgressError {
  if (isEgressInterruption(error)) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const whole = length === undefined ? "" : ` of ${length}`;
  return egressInterruption(
    "ConnectionBroken",
    `The download broke after ${at}${whole} bytes: ${reason}`,
    undefined,
    { cause: error },
  );
}
