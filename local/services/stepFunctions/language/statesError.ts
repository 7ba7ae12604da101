/**
 * An error of the States Language: what an execution, a state or a task fails with, and what `Retry` and `Catch` match.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
export class StatesError extends Error {
  /**
   * @param error the error name; SendTaskFailure and a Fail state may leave it out
   * @param reason the `Cause`
   * @param matchedBy the names in `ErrorEquals` that match; none for an error that always ends the execution
   * @param blankCause what `Cause` is in a catcher's output when there is no reason
   */
  constructor(
    readonly error: string | undefined,
    readonly reason: string | undefined,
    readonly matchedBy: readonly string[],
    readonly blankCause: "" | null = null,
  ) {
    super(reason ?? error ?? "the task failed");
    this.name = error ?? "StatesError";
  }

  /** The same error, its cause saying where it happened, as AWS puts it. */
  within(stateName: string, enteredEventId: number): StatesError {
    const place = `An error occurred while executing the state '${stateName}' (entered at the event id #${enteredEventId}).`;
    return new StatesError(this.error, `${place} ${this.reason ?? ""}`, this.matchedBy);
  }

  /** What a catcher puts at its `ResultPath`. */
  output(): { Error: string | null; Cause: string | null } {
    return { Error: this.error ?? null, Cause: this.reason ?? this.blankCause };
  }
}

/** A failure that a task reports: everything but a timeout. */
export function taskFailure(error: string | undefined, cause: string | undefined): StatesError {
  const wildcards = ["States.TaskFailed", "States.ALL"];
  return new StatesError(error, cause, error === undefined ? wildcards : [error, ...wildcards]);
}

/** `TimeoutSeconds` ran out: `States.TaskFailed` matches every failure of a task but this. */
export function timeout(): StatesError {
  return new StatesError("States.Timeout", undefined, ["States.Timeout", "States.ALL"], "");
}

/** `HeartbeatSeconds` ran out: histories name it `States.Timeout`, `Retry` and `Catch` may tell it apart. */
export function heartbeatTimeout(): StatesError {
  return new StatesError(
    "States.Timeout",
    undefined,
    ["States.HeartbeatTimeout", "States.Timeout", "States.ALL"],
    "",
  );
}

/** The definition cannot work with this data: neither retried nor caught, not even by `States.ALL`. */
export function runtimeError(reason: string): StatesError {
  return new StatesError("States.Runtime", reason, []);
}

/** A state failed under one of the predefined names that `States.ALL` covers. */
export function predefinedError(error: string, reason: string): StatesError {
  return new StatesError(error, reason, [error, "States.ALL"]);
}

/** A state's input or output is over the limit; `States.ALL` does not match it. */
export function dataLimitExceeded(subject: string): StatesError {
  return new StatesError("States.DataLimitExceeded", tooLarge(subject), ["States.DataLimitExceeded"]);
}

/** A task returned more than the limit: a task's failure, which `States.ALL` does match on AWS. */
export function taskDataLimitExceeded(subject: string): StatesError {
  return taskFailure("States.DataLimitExceeded", tooLarge(subject));
}

function tooLarge(subject: string): string {
  return `The state/task '${subject}' returned a result with a size exceeding the maximum number of bytes service limit.`;
}
