import type { JobRecord, Json, JsonObject } from "./job";
import { parameterViolations } from "./parameterSchema";
import type { Problem, Violation } from "./problem";

/** What callers may start: for each process its parameter schema and the names of its steps. */
export type KnownProcesses = Readonly<Record<string, KnownProcess>>;
export interface KnownProcess {
  readonly parameters: JsonObject;
  readonly steps: readonly string[];
}

/** A checked request for a job. */
export interface Submission {
  readonly process: string;
  readonly client?: string;
  readonly parameters: JsonObject;
}

/** The most that a job's parameters may take as JSON, in bytes. */
const parametersLimit = 65_536;
const clientLimit = 256;

/**
 * Reads the body of `POST /jobs` and checks it against the catalogue. The gateway has checked the shape
 * already, but only for the content types that it has a model for.
 */
export function parseSubmission(body: string, processes: KnownProcesses): Submission | Problem {
  const value = parseJson(body);
  if (value === undefined) return badRequest("The body is not JSON.");
  if (!isObject(value)) return badRequest(`The body is ${kindOf(value)}; it must be a JSON object.`);
  const violations = shapeViolations(value);
  if (violations.length > 0) return badRequest("The body does not have the shape of a job.", violations);
  const { process, client, parameters = {} } = value as unknown as Partial<Submission> & { process: string };
  const submission = { process, parameters, ...(client === undefined ? {} : { client }) };
  return checkSubmission(submission, processes, "/process");
}

/**
 * Checks a submission against the catalogue; answers with it, or with what is wrong.
 * @param processPointer where in the request the process is named
 */
export function checkSubmission(
  submission: Submission,
  processes: KnownProcesses,
  processPointer: string,
): Submission | Problem {
  return (
    sizeProblem(submission.parameters) ?? processProblem(submission, processes, processPointer) ?? submission
  );
}

/** Whether a submission was refused. */
export function isProblem(result: object): result is Problem {
  return "title" in result;
}

/** The record of a new job. */
export function newJob(
  submission: Submission,
  known: KnownProcess,
  facts: Pick<JobRecord, "jobId" | "source" | "requestedBy" | "createdAt" | "expiresAt">,
): JobRecord {
  return {
    ...facts,
    ...submission,
    parameters: JSON.stringify(submission.parameters),
    status: "SUBMITTED",
    updatedAt: facts.createdAt,
    steps: Object.fromEntries(known.steps.map((step) => [step, { status: "PENDING" }])),
  };
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    // The caller answers with what is wrong.
    return undefined;
  }
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function kindOf(value: Json): string {
  return Array.isArray(value) ? "an array" : value === null ? "null" : `a ${typeof value}`;
}

function shapeViolations(body: JsonObject): Violation[] {
  const { process, client, parameters, ...others } = body;
  const violations = Object.keys(others).map((key) => ({
    pointer: `/${key.replace(/~/g, "~0").replace(/\//g, "~1")}`,
    detail: "is not a property of a job; process, client and parameters are",
  }));
  if (process === undefined) violations.push({ pointer: "/process", detail: "is required" });
  else if (typeof process !== "string") violations.push({ pointer: "/process", detail: "must be a string" });
  if (client !== undefined && (typeof client !== "string" || client === "" || client.length > clientLimit))
    violations.push({ pointer: "/client", detail: `must be a string of 1 to ${clientLimit} characters` });
  if (parameters !== undefined && !isObject(parameters))
    violations.push({ pointer: "/parameters", detail: "must be an object" });
  return violations;
}

function sizeProblem(parameters: JsonObject): Problem | undefined {
  const bytes = Buffer.byteLength(JSON.stringify(parameters));
  if (bytes <= parametersLimit) return undefined;
  return {
    status: 413,
    title: "Content Too Large",
    detail: `The parameters take ${bytes} bytes; ${parametersLimit} are allowed. Put large input into S3 and pass its URL.`,
  };
}

function processProblem(
  { process, parameters }: Submission,
  processes: KnownProcesses,
  processPointer: string,
): Problem | undefined {
  const known = Object.hasOwn(processes, process) ? processes[process] : undefined;
  if (!known) {
    const names = Object.keys(processes).sort().join(", ");
    const detail = `There is no process "${process}". Known processes: ${names}.`;
    return { ...unprocessable, detail, errors: [{ pointer: processPointer, detail }] };
  }
  const errors = [
    ...inexactNumbers(parameters, "/parameters"),
    ...parameterViolations(known.parameters, parameters),
  ];
  if (errors.length === 0) return undefined;
  return { ...unprocessable, detail: `The parameters do not match the schema of "${process}".`, errors };
}

/** Numbers that were not read as they were written: an id of twenty digits would arrive as another one. */
function inexactNumbers(value: Json, pointer: string): Violation[] {
  if (typeof value === "number") {
    const exact = Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
    return exact ? [] : [{ pointer, detail: "is too large a number to be kept exactly; send it as text" }];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    inexactNumbers(inner, `${pointer}/${key.replace(/~/g, "~0").replace(/\//g, "~1")}`),
  );
}

const unprocessable = { status: 422, title: "Unprocessable Content" };

function badRequest(detail: string, errors?: readonly Violation[]): Problem {
  return { status: 400, title: "Bad Request", detail, ...(errors === undefined ? {} : { errors }) };
}
