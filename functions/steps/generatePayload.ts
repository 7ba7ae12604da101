import { randomUUID } from "node:crypto";
import type { StepHandler } from "./step";

/** Bellflower's processing: prepares the payload that is handed over, with information generated for it. */
export const generatePayload = (): StepHandler => async (input) => ({
  ...input.parameters,
  info: {
    payloadId: randomUUID(),
    generatedAt: new Date().toISOString(),
    process: input.process,
    client: input.client,
  },
});
