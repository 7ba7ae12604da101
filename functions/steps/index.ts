import { generatePayload } from "./generatePayload";
import { sleep } from "./sleep";
import type { StepDefinition } from "./step";

/** The inline steps that processes can name in `invoke`. A new step is one file and one line here. */
export const steps: Readonly<Record<string, StepDefinition>> = {
  generatePayload: { factory: generatePayload },
  // A function may run for fifteen minutes at most.
  sleep: { factory: sleep, timeoutSeconds: 900, memoryMb: 128 },
};
