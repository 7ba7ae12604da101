import { setTimeout } from "node:timers/promises";
import { permanentFailure, type StepHandler } from "./step";

/** The sample job of asynchronous event processing: takes as many seconds as it is told to. */
export const sleep = (): StepHandler => async (input) => {
  const { seconds } = input.parameters;
  if (typeof seconds !== "number" || !(seconds >= 0)) {
    throw permanentFailure(`seconds is ${JSON.stringify(seconds)}; it must be a number that is not negative`);
  }
  await setTimeout(seconds * 1000);
  return { slept: seconds };
};
