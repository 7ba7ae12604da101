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
  let current = answer;
  for (;;) {
    const began = at;
    try {
      for await (const chunk of current.body) {
        at += (chunk as Buffer).length;
        yield chunk as Buffer;
      }
      checkLength(at, length);
      return;
    } catch (error) {
      const interruption = asInterruption(error, at, length);
      if (validator === undefined || !acceptsRanges || at === began) throw interruption;
      current = await fetch({ from: at, validator });
      if (current.from !== at || current.facts.validator !== validator) {
        current.body.destroy();
        throw egressInterruption("OutputChanged", `The output changed after ${at} bytes of it.`);
      }
    } finally {
      current.body.destroy();
    }
  }
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
