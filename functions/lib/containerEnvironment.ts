import type { JsonObject } from "./job";

/** A variable as Step Functions hands it to Batch. */
export interface ContainerVariable {
  readonly Name: string;
  readonly Value: string;
}

/**
 * What the containers of a job find in their environment: its id, where to leave outputs, and each scalar parameter
 * whose name can be that of a variable.
 * @param outputsUrl for example `s3://bucket/outputs`
 */
export function containerEnvironment(
  jobId: string,
  parameters: JsonObject,
  outputsUrl: string,
): ContainerVariable[] {
  const variables = Object.entries(parameters).flatMap(([name, value]) =>
    /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && value !== null && typeof value !== "object"
      ? [{ Name: `PARAM_${name}`, Value: String(value) }]
      : [],
  );
  return [
    { Name: "JOB_ID", Value: jobId },
    { Name: "OUTPUT_URL", Value: `${outputsUrl}/${jobId}/` },
    ...variables,
  ];
}
