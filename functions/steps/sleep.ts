import { setTimeout } from "node:timers/promises";
import type { StepHandler } from "./step";

/** The sample job of asynchronous event processing: takes as many seconds as it is told to. */
export const sleep = (): StepHandler => async (input) => {
  const seconds = Number(input.parameters["seconds"]);
  await setTimeout(seconds * 1000);
  return { slept: seconds };
};
