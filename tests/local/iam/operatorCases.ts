import { allow, type DecisionCase } from "./decisionCase";

/** One operator: the policy's value, what a request's value must be to make it true, and what makes it false. */
interface OperatorRow {
  readonly operator: string;
  readonly value: unknown;
  readonly holds: readonly string[];
  readonly fails: readonly string[];
  /** A second value of the policy, and a request's value that only this one decides. */
  readonly second: { readonly value: unknown; readonly request: string; readonly holds: boolean };
  readonly missingHolds: boolean;
}

const jobsTopic = "arn:aws:sns:eu-west-1:111122223333:jobs";
const anyTopic = "arn:aws:sns:*:111122223333:*";

const rows: readonly OperatorRow[] = [
  {
    operator: "StringEquals",
    value: "red",
    holds: ["red"],
    fails: ["Red", "redder", ""],
    second: { value: "blue", request: "blue", holds: true },
    missingHolds: false,
  },
  {
    operator: "StringNotEquals",
    value: "red",
    holds: ["Red", "blue", ""],
    fails: ["red"],
    second: { value: "blue", request: "blue", holds: false },
    missingHolds: true,
  },
  {
    operator: "StringEqualsIgnoreCase",
    value: "Red",
    holds: ["red", "RED"],
    fails: ["reds"],
    second: { value: "blue", request: "BLUE", holds: true },
    missingHolds: false,
  },
  {
    operator: "StringNotEqualsIgnoreCase",
    value: "Red",
    holds: ["blue"],
    fails: ["red", "RED"],
    second: { value: "blue", request: "BLUE", holds: false },
    missingHolds: true,
  },
  {
    operator: "StringLike",
    value: "out*/4?",
    holds: ["outbound/42", "out/4x"],
    fails: ["outbound/4", "Outbound/42"],
    second: { value: "in*", request: "inbound", holds: true },
    missingHolds: false,
  },
  {
    operator: "StringNotLike",
    value: "out*",
    holds: ["inbound"],
    fails: ["outbound"],
    second: { value: "in*", request: "inbound", holds: false },
    missingHolds: true,
  },
  {
    operator: "NumericEquals",
    value: 10,
    holds: ["10", "10.0"],
    fails: ["11", "ten"],
    second: { value: "11", request: "11", holds: true },
    missingHolds: false,
  },
  {
    operator: "NumericNotEquals",
    value: "10",
    holds: ["11"],
    fails: ["10.0"],
    second: { value: "11", request: "11", holds: false },
    missingHolds: true,
  },
  {
    operator: "NumericLessThan",
    value: "10",
    holds: ["9.5", "-1"],
    fails: ["10", "11", "few"],
    second: { value: "20", request: "15", holds: true },
    missingHolds: false,
  },
  {
    operator: "NumericLessThanEquals",
    value: "10",
    holds: ["10", "9"],
    fails: ["10.1"],
    second: { value: "20", request: "20", holds: true },
    missingHolds: false,
  },
  {
    operator: "NumericGreaterThan",
    value: "10",
    holds: ["11"],
    fails: ["10", "9"],
    second: { value: "5", request: "6", holds: true },
    missingHolds: false,
  },
  {
    operator: "NumericGreaterThanEquals",
    value: "10",
    holds: ["10", "11"],
    fails: ["9.9"],
    second: { value: "5", request: "5", holds: true },
    missingHolds: false,
  },
  {
    operator: "DateEquals",
    value: "2024-02-29T12:00:00Z",
    holds: ["2024-02-29T12:00:00Z", "2024-02-29T13:00:00+01:00", "1709208000"],
    fails: ["2024-02-29T12:00:01Z", "noon"],
    second: { value: "2025-01-01", request: "2025-01-01T00:00:00Z", holds: true },
    missingHolds: false,
  },
  {
    operator: "DateNotEquals",
    value: "2024-02-29",
    holds: ["2024-03-01"],
    fails: ["2024-02-29T00:00Z"],
    second: { value: "2025", request: "2025-01-01", holds: false },
    missingHolds: true,
  },
  {
    operator: "DateLessThan",
    value: "2024-07-01T00:00:00Z",
    holds: ["2024-06-30T23:59:59.999Z", "1709208000"],
    fails: ["2024-07-01T00:00:00Z"],
    second: { value: "2025-07-01T00:00:00Z", request: "2025-01-01", holds: true },
    missingHolds: false,
  },
  {
    operator: "DateLessThanEquals",
    value: "1709208000",
    holds: ["2024-02-29T12:00:00Z"],
    fails: ["2024-02-29T12:00:01Z"],
    second: { value: "2025-01-01", request: "2025-01-01", holds: true },
    missingHolds: false,
  },
  {
    operator: "DateGreaterThan",
    value: "2024-07-01T00:00:00Z",
    holds: ["2024-07-01T00:00:01Z"],
    fails: ["2024-07-01T00:00:00Z"],
    second: { value: "2023-01-01", request: "2023-06-01", holds: true },
    missingHolds: false,
  },
  {
    operator: "DateGreaterThanEquals",
    value: "2024-07-01T00:00:00Z",
    holds: ["2024-07-01T00:00:00Z"],
    fails: ["2024-06-30"],
    second: { value: "2023-01-01", request: "2023-01-01", holds: true },
    missingHolds: false,
  },
  {
    operator: "Bool",
    value: true,
    holds: ["true"],
    fails: ["false", "yes"],
    second: { value: "false", request: "false", holds: true },
    missingHolds: false,
  },
  {
    operator: "IpAddress",
    value: "203.0.113.0/24",
    holds: ["203.0.113.0", "203.0.113.255"],
    fails: ["203.0.114.1", "2001:db8::1", "localhost"],
    second: { value: "2001:DB8:1234:5678::/64", request: "2001:db8:1234:5678::9", holds: true },
    missingHolds: false,
  },
  {
    operator: "NotIpAddress",
    value: "203.0.113.7",
    holds: ["203.0.113.8"],
    fails: ["203.0.113.7"],
    second: { value: "10.0.0.0/8", request: "10.1.2.3", holds: false },
    missingHolds: true,
  },
  ...["ArnEquals", "ArnLike"].map((operator) => ({
    operator,
    value: anyTopic,
    holds: [jobsTopic, `${jobsTopic}:subscription`],
    fails: ["arn:aws:sqs:eu-west-1:111122223333:jobs", `arn:aws:sns:a:9:b:111122223333:jobs`, "jobs"],
    second: { value: "arn:aws:s3:::jobs", request: "arn:aws:s3:::jobs", holds: true },
    missingHolds: false,
  })),
  ...["ArnNotEquals", "ArnNotLike"].map((operator) => ({
    operator,
    value: anyTopic,
    holds: ["arn:aws:sqs:eu-west-1:111122223333:jobs", `arn:aws:sns:a:9:b:111122223333:jobs`],
    fails: [jobsTopic],
    second: { value: "arn:aws:s3:::jobs", request: "arn:aws:s3:::jobs", holds: false },
    missingHolds: true,
  })),
];

const key = "test:Key";

function operatorCase(
  title: string,
  condition: object,
  request: string | undefined,
  holds: boolean,
): DecisionCase {
  return {
    title,
    action: "s3:GetObject",
    resource: "arn:aws:s3:::jobs/x",
    context: request === undefined ? {} : { [key]: request },
    identity: [allow("s3:*", "*", { Condition: condition })],
    expect: holds ? "allow by identity 0" : "implicit deny",
  };
}

export const operatorCases: readonly DecisionCase[] = rows.flatMap((row) => {
  const { operator, value, second, missingHolds } = row;
  const condition = { [operator]: { [key]: value } };
  const ifExists = { [`${operator}IfExists`]: { [key]: value } };
  const both = { [operator]: { [key]: [value, second.value] } };
  const shown = JSON.stringify(value);
  return [
    ...row.holds.map((request) =>
      operatorCase(`${operator} ${shown} holds for "${request}"`, condition, request, true),
    ),
    ...row.fails.map((request) =>
      operatorCase(`${operator} ${shown} fails for "${request}"`, condition, request, false),
    ),
    operatorCase(
      `${operator} ${missingHolds ? "holds" : "fails"} for a missing key`,
      condition,
      undefined,
      missingHolds,
    ),
    operatorCase(`${operator}IfExists holds for a missing key`, ifExists, undefined, true),
    operatorCase(`${operator}IfExists holds for what ${operator} holds`, ifExists, row.holds[0], true),
    operatorCase(`${operator}IfExists fails for what ${operator} fails`, ifExists, row.fails[0], false),
    operatorCase(
      `${operator} of two values ${second.holds ? "holds for" : "excludes"} the second too`,
      both,
      second.request,
      second.holds,
    ),
  ];
});
