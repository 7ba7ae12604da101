import type { Clock } from "../../clock";
import { AwsError } from "../service";

/** A token bucket: `burst` calls at once, and `perSecond` more with time. */
export interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
}

/** @returns what each call asks first. @throws AwsError ThrottlingException, from what is returned */
export function createThrottle(limit: RateLimit | undefined, clock: Clock): () => void {
  if (!limit) return () => undefined;
  let tokens = limit.burst;
  let filled = clock.now();
  return () => {
    const now = clock.now();
    tokens = Math.min(limit.burst, tokens + ((now - filled) / 1000) * limit.perSecond);
    filled = now;
    if (tokens < 1) throw new AwsError("ThrottlingException", "Rate exceeded");
    tokens -= 1;
  };
}
