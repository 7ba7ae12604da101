import { physicalName } from "../../local/resources/adapter";
import type { Auth, Variable } from "./collectionFormat";
import { exampleOf } from "./exampleOf";
import type { Parameter, Route, Schemas } from "./openApi";
import { parametersOf, variableOf } from "./requestOf";
import { samples } from "./samples";

/** AWS Signature Version 4 for API Gateway. */
export const signature: Auth = {
  type: "awsv4",
  awsv4: [
    { key: "accessKey", value: "{{accessKey}}", type: "string" },
    { key: "secretKey", value: "{{secretKey}}", type: "string" },
    { key: "sessionToken", value: "{{sessionToken}}", type: "string" },
    { key: "region", value: "{{region}}", type: "string" },
    { key: "service", value: "execute-api", type: "string" },
  ],
};

/** Where `npm run local` is, and its operator, whose key is no secret: it opens nothing but that machine's loopback. */
const connection: readonly Variable[] = [
  text("baseUrl", "http://127.0.0.1:4567/v1", "The stack output apiUrl"),
  text("region", "us-east-1", "The region of the stack"),
  text("accessKey", "AKIAJOBRELAYOPERATOR", "AWS_ACCESS_KEY_ID of someone who may call the API"),
  text("secretKey", "local-operator-key-no-secret-at-all", "AWS_SECRET_ACCESS_KEY"),
  text("sessionToken", "", "AWS_SESSION_TOKEN; empty for a long-term key"),
];

const localQueue = { type: "aws:batch/jobQueue:JobQueue", name: "batch-queue", inputs: {}, custom: true };
const jobQueue = text(
  "jobQueue",
  physicalName(localQueue, "jobrelay", "dev"),
  "The stack output jobQueueArn, or one of the stack's batchQueueAliases",
);

/** Every variable of the collection, and the value with which it begins. */
export function variablesOf(routes: readonly Route[], schemas: Schemas): Variable[] {
  const parameters = routes.flatMap(parametersOf).map((parameter) => variableFor(parameter, schemas));
  const byKey = new Map([...connection, ...parameters, jobQueue].map((variable) => [variable.key, variable]));
  return [...byKey.values()];
}

function variableFor(parameter: Parameter, schemas: Schemas): Variable {
  const known = { ...samples.everywhere, ...samples.parameters };
  const { name, schema, description = "" } = parameter;
  const value = name in known ? known[name] : exampleOf(schema, schemas);
  const isJob = name === "jobId";
  return text(
    variableOf(parameter),
    String(value),
    isJob ? "The job to look at; starting one sets it" : description,
  );
}

function text(key: string, value: string, description: string): Variable {
  return { key, value, type: "string", description };
}
