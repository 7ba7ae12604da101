import type { JsonObject } from "../jsonProtocol";
import { clientException } from "./errors";
import { objects, optionalInteger, optionalObject, optionalText, requiredText } from "./input";

export interface RetryStrategy {
  /** 1 to 10. */
  readonly attempts: number;
  readonly evaluateOnExit: readonly EvaluateOnExit[];
}

interface EvaluateOnExit {
  readonly onStatusReason?: string;
  readonly onReason?: string;
  readonly onExitCode?: string;
  readonly action: "RETRY" | "EXIT";
}

/** How an attempt failed, as the conditions of a retry strategy see it. */
export interface AttemptFailure {
  readonly statusReason: string;
  readonly reason?: string | undefined;
  readonly exitCode?: number | undefined;
}

const conditions = ["onStatusReason", "onReason", "onExitCode"] as const;
const text = /^[A-Za-z0-9.:\s]{0,512}\*?$/;
const digits = /^[0-9]{0,512}\*?$/;

/**
 * Reads `retryStrategy`.
 * Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_RetryStrategy.html
 * @throws AwsError ClientException
 */
export function readRetryStrategy(input: JsonObject): RetryStrategy | undefined {
  const strategy = optionalObject(input, "retryStrategy");
  if (!strategy) return undefined;
  const attempts = optionalInteger(strategy, "attempts", [1, 10]);
  const evaluateOnExit = objects(strategy, "evaluateOnExit").map(readCondition);
  if (evaluateOnExit.length > 5) throw clientException("evaluateOnExit can have at most 5 entries.");
  if (evaluateOnExit.length > 0 && attempts === undefined) {
    throw clientException("evaluateOnExit requires attempts in retryStrategy.");
  }
  return { attempts: attempts ?? 1, evaluateOnExit };
}

/** Whether a failed attempt is followed by another: the first entry whose conditions all match decides, and none is a retry. */
export function retries(
  { attempts, evaluateOnExit }: RetryStrategy,
  made: number,
  failure: AttemptFailure,
): boolean {
  if (made >= attempts) return false;
  return evaluateOnExit.find((entry) => applies(entry, failure))?.action !== "EXIT";
}

function readCondition(input: JsonObject): EvaluateOnExit {
  const action = requiredText(input, "action").toUpperCase();
  if (action !== "RETRY" && action !== "EXIT") {
    throw clientException(`action in evaluateOnExit must be RETRY or EXIT, and is ${action}.`);
  }
  const given = conditions.flatMap((name) => {
    const glob = optionalText(input, name);
    if (glob === undefined) return [];
    if (!(name === "onExitCode" ? digits : text).test(glob)) {
      throw clientException(`${name} in evaluateOnExit is not a valid pattern: ${glob}`);
    }
    return [[name, glob] as const];
  });
  if (given.length === 0) throw clientException("An entry of evaluateOnExit needs a condition.");
  return { ...Object.fromEntries(given), action };
}

/** What a failure lacks is empty, which `*` matches: AWS's own example ends with `onReason: "*"` for every other failure. */
function applies(entry: EvaluateOnExit, failure: AttemptFailure): boolean {
  const { onStatusReason = "*", onReason = "*", onExitCode = "*" } = entry;
  return (
    matches(onStatusReason, failure.statusReason) &&
    matches(onReason, failure.reason ?? "") &&
    matches(onExitCode, failure.exitCode === undefined ? "" : String(failure.exitCode))
  );
}

function matches(glob: string, value: string): boolean {
  return glob.endsWith("*") ? value.startsWith(glob.slice(0, -1)) : value === glob;
}
