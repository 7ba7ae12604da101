/** A state of the Amazon States Language, JSONPath. Source: https://states-language.net/spec.html */
export type State = Readonly<Record<string, unknown>>;

export interface StateMachineDefinition {
  readonly Comment: string;
  readonly QueryLanguage: "JSONPath";
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

/** What a workflow acts on. */
export interface WorkflowBindings {
  /** `aws`, `aws-cn` or `aws-us-gov`. */
  readonly partition: string;
  readonly jobsTableName: string;
  readonly handoffQueueUrl: string;
  /** The ARN of each inline step's function, by the name in the catalogue. */
  readonly functionArns: Readonly<Record<string, string>>;
  readonly batch: {
    readonly queueArn: string;
    /** The ARN of each batch step's job definition, with its revision, by the step's name. */
    readonly definitionArns: Readonly<Record<string, string>>;
  };
}

/** Full jitter, so that jobs that failed together do not come back together. */
export const backoff = { IntervalSeconds: 1, BackoffRate: 2, MaxDelaySeconds: 30, JitterStrategy: "FULL" };
