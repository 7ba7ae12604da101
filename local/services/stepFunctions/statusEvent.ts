import { randomUUID } from "node:crypto";
import type { Account } from "../../account";
import type { Execution } from "./execution";
import { redriveObstacle } from "./redrive";

/** The event that EventBridge gets whenever an execution starts, ends or is redriven. */
export interface ExecutionEvent {
  readonly version: "0";
  readonly id: string;
  readonly "detail-type": "Step Functions Execution Status Change";
  readonly source: "aws.states";
  readonly account: string;
  /** ISO 8601, whole seconds. */
  readonly time: string;
  readonly region: string;
  /** The execution's ARN. */
  readonly resources: readonly string[];
  readonly detail: ExecutionEventDetail;
}

/** Dates are milliseconds since the epoch; `input` and `output` are JSON text. */
export interface ExecutionEventDetail {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly status: string;
  readonly startDate: number;
  readonly stopDate: number | null;
  readonly input: string | null;
  readonly output: string | null;
  readonly inputDetails: { readonly included: boolean };
  readonly outputDetails: { readonly included: boolean } | null;
  readonly error: string | null;
  readonly cause: string | null;
  readonly redriveCount: number;
  readonly redriveDate: number | null;
  readonly redriveStatus: "REDRIVABLE" | "NOT_REDRIVABLE";
  readonly redriveStatusReason: string | null;
  readonly stateMachineVersionArn: null;
  readonly stateMachineAliasArn: null;
}

/** Escaped bytes of input and output that an event carries; beyond, the input is left out, and then the output. */
const carried = 248 * 1024;

/** Source: https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html */
export function executionEvent(execution: Execution, account: Account, now: number): ExecutionEvent {
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": "Step Functions Execution Status Change",
    source: "aws.states",
    account: account.accountId,
    time: new Date(now).toISOString().replace(/\.\d+Z$/, "Z"),
    region: account.region,
    resources: [execution.arn],
    detail: detailOf(execution, now),
  };
}

function detailOf(execution: Execution, now: number): ExecutionEventDetail {
  const { ending } = execution;
  const obstacle = redriveObstacle(execution, now);
  return {
    executionArn: execution.arn,
    stateMachineArn: execution.stateMachine.arn,
    name: execution.name,
    status: execution.status,
    startDate: execution.startDate,
    stopDate: ending?.stopDate ?? null,
    ...data(execution),
    error: (ending?.status !== "SUCCEEDED" && ending?.error) || null,
    cause: (ending?.status !== "SUCCEEDED" && ending?.cause) || null,
    redriveCount: execution.redriveCount,
    redriveDate: execution.lastRedrive?.date ?? null,
    redriveStatus: obstacle === undefined ? "REDRIVABLE" : "NOT_REDRIVABLE",
    redriveStatusReason: obstacle ?? null,
    stateMachineVersionArn: null,
    stateMachineAliasArn: null,
  };
}

function data({ input, ending }: Execution) {
  const output = ending?.status === "SUCCEEDED" ? ending.output : undefined;
  const outputSize = output === undefined ? 0 : escapedSize(output);
  const inputIncluded = escapedSize(input) + outputSize <= carried;
  const outputIncluded = outputSize <= carried;
  return {
    input: inputIncluded ? input : null,
    inputDetails: { included: inputIncluded },
    output: outputIncluded ? (output ?? null) : null,
    outputDetails: output === undefined ? null : { included: outputIncluded },
  };
}

function escapedSize(text: string): number {
  return Buffer.byteLength(JSON.stringify(text));
}
