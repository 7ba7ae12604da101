import type * as pulumi from "@pulumi/pulumi";

/** A queue with a consumer. */
export interface WatchedQueue {
  readonly name: string;
  readonly queueName: pulumi.Input<string>;
  /** How old a message may become before somebody is called, in seconds. @default 900 */
  readonly oldestSeconds?: number;
}

/** A queue of what could not be handled. */
export interface DeadLetters {
  /** By which people know it, for example `callbacks` or `jobs-stream-failures`. */
  readonly name: string;
  readonly queueName: pulumi.Input<string>;
  readonly url: pulumi.Input<string>;
}

export interface WatchedFunction {
  readonly label: string;
  readonly functionName: pulumi.Input<string>;
  /** In MiB. */
  readonly memoryMb: number;
}

export interface WatchedWorkflow {
  readonly process: string;
  readonly stateMachineArn: pulumi.Input<string>;
}

/** The table of jobs. */
export interface WatchedTable {
  readonly name: pulumi.Input<string>;
  readonly indexes: readonly string[];
}

/** What a stack is made of, as far as it is watched. */
export interface WatchedParts {
  readonly queues: readonly WatchedQueue[];
  readonly deadLetters: readonly DeadLetters[];
  readonly functions: readonly WatchedFunction[];
  /** Those of the functions that read the table's stream. */
  readonly streamReaders: readonly Pick<WatchedFunction, "label" | "functionName">[];
  readonly workflows: readonly WatchedWorkflow[];
  /** The functions that count the jobs that they repair. */
  readonly reconcilers: readonly Pick<WatchedFunction, "functionName">[];
}

/** Where components put down what they make, for monitoring and for the operator's tools to find. */
export class StackParts implements WatchedParts {
  readonly queues: WatchedQueue[] = [];
  readonly deadLetters: DeadLetters[] = [];
  readonly functions: WatchedFunction[] = [];
  readonly streamReaders: Pick<WatchedFunction, "label" | "functionName">[] = [];
  readonly workflows: WatchedWorkflow[] = [];
  readonly reconcilers: Pick<WatchedFunction, "functionName">[] = [];

  /** The stack's output that `npm run deadletters` reads: URLs by name. */
  deadLetterQueues(): Record<string, pulumi.Input<string>> {
    return Object.fromEntries(this.deadLetters.map(({ name, url }) => [name, url]));
  }
}
