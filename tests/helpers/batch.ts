import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import {
  BatchClient,
  DescribeJobsCommand,
  SubmitJobCommand,
  TerminateJobCommand,
  type JobDetail,
  type SubmitJobCommandInput,
} from "@aws-sdk/client-batch";
import { HttpResponse, type HttpRequest } from "@smithy/protocol-http";
import { createBatch, type Batch, type BatchOptions, type JobEvent } from "../../local/services/batch";
import type { JsonObject } from "../../local/services/jsonProtocol";
import type { AwsRequest } from "../../local/services/service";
import { account, ManualClock, root } from "./stepFunctions";

export { account } from "./stepFunctions";

export const arnPrefix = `arn:aws:batch:${account.region}:${account.accountId}`;
export const executionRoleArn = "arn:aws:iam::000000000000:role/execution";
export const image = "public.ecr.aws/docker/library/busybox:1.36";

/** Waits until it is told to end. */
export const waitForever = ["sleep", "30"];

export function shell(script: string): string[] {
  return ["sh", "-c", script];
}

/** RegisterJobDefinition of a small container. */
export function definitionOf(
  command: readonly string[],
  fields: JsonObject = {},
  container: JsonObject = {},
) {
  return {
    jobDefinitionName: "apost",
    type: "container",
    platformCapabilities: ["FARGATE"],
    containerProperties: {
      image,
      command,
      executionRoleArn,
      resourceRequirements: [
        { type: "VCPU", value: "0.25" },
        { type: "MEMORY", value: "512" },
      ],
      ...container,
    },
    ...fields,
  };
}

/** Batch with a compute environment, a queue `jobs` and a clock that stands still until it is moved. */
export class BatchHarness {
  readonly clock = new ManualClock();
  readonly events: JobEvent[] = [];
  readonly lines: string[] = [];
  readonly batch: Batch;
  readonly client: BatchClient;
  readonly #changes = new EventEmitter().setMaxListeners(0);

  constructor(
    options: Partial<BatchOptions> & { readonly maxvCpus?: number; readonly queue?: JsonObject } = {},
  ) {
    const { maxvCpus = 16, queue, ...rest } = options;
    const changed = () => this.#changes.emit("change");
    this.batch = createBatch({
      account,
      clock: this.clock,
      log: (line) => {
        this.lines.push(line);
        changed();
      },
      emit: (event) => {
        this.events.push(event);
        changed();
      },
      environmentFor: () => ({}),
      machineVcpus: 64,
      docker: undefined,
      ...rest,
    });
    this.client = clientOf(this.batch);
    this.batch.createComputeEnvironment({
      computeEnvironmentName: "fargate",
      type: "MANAGED",
      computeResources: { type: "FARGATE", maxvCpus },
    });
    this.batch.createJobQueue({
      jobQueueName: "jobs",
      priority: 1,
      computeEnvironmentOrder: [{ order: 1, computeEnvironment: "fargate" }],
      ...queue,
    });
  }

  /** Submits a job with a command. @returns its id */
  async submit(command: readonly string[], fields: Partial<SubmitJobCommandInput> = {}): Promise<string> {
    this.batch.registerJobDefinition(definitionOf(command));
    return this.submitDefined(fields);
  }

  /** Submits a job of the definition `apost`. @returns its id */
  async submitDefined(fields: Partial<SubmitJobCommandInput> = {}): Promise<string> {
    const input = { jobName: "apost-job", jobQueue: "jobs", jobDefinition: "apost", ...fields };
    const { jobId } = await this.client.send(new SubmitJobCommand(input));
    return jobId ?? assert.fail("no jobId");
  }

  async terminate(jobId: string, reason: string): Promise<void> {
    await this.client.send(new TerminateJobCommand({ jobId, reason }));
  }

  async describe(jobId: string): Promise<JobDetail> {
    const { jobs: [job] = [] } = await this.client.send(new DescribeJobsCommand({ jobs: [jobId] }));
    return job ?? assert.fail(`no job ${jobId}`);
  }

  /** The job once it has ended. */
  async ended(jobId: string): Promise<JobDetail> {
    await new Promise<void>((resolve) => this.batch.onEnd(jobId, resolve));
    return this.describe(jobId);
  }

  /** Once the job has had that status. */
  async reached(jobId: string, status: string): Promise<void> {
    while (!this.statuses(jobId).includes(status)) await this.changed();
  }

  /** Once a status has changed, or a line was written. */
  async changed(): Promise<void> {
    await once(this.#changes, "change");
  }

  /** Once a container has written that line. */
  async wrote(line: string): Promise<void> {
    while (!this.lines.some((each) => each.endsWith(`: ${line}`))) await this.changed();
  }

  /** The statuses of a job's events. */
  statuses(jobId: string): unknown[] {
    return this.events
      .filter(({ detail }) => detail["jobId"] === jobId)
      .map(({ detail }) => detail["status"]);
  }

  /** What the containers of the latest attempt wrote. */
  async output(jobId: string): Promise<string[]> {
    const { container } = await this.describe(jobId);
    const events = this.batch.logOf(container?.logStreamName ?? "") ?? [];
    return events.map(({ message }) => message);
  }

  stop(): Promise<void> {
    return this.batch.stop();
  }
}

/** A real client whose requests go straight to the service. */
function clientOf({ service }: Batch): BatchClient {
  return new BatchClient({
    region: account.region,
    endpoint: "http://127.0.0.1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
    requestHandler: {
      handle: async ({ method, path, query, headers, body }: HttpRequest) => {
        const request = requestOf(path, typeof body === "string" ? body : "", method);
        const pairs = Object.entries(query).flatMap(([name, values]) =>
          [values ?? []].flat().map((value) => [name, value] as [string, string]),
        );
        const answer = await service.handle({
          ...request,
          headers,
          body: body instanceof Uint8Array ? bytesOf(body) : request.body,
          query: new URLSearchParams(pairs).toString(),
        });
        const response = {
          statusCode: answer.status,
          headers: { ...answer.headers },
          body: Buffer.from(answer.body),
        };
        return { response: new HttpResponse(response) };
      },
    },
  });
}

function bytesOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

export function requestOf(path: string, body: object | string, method = "POST"): AwsRequest {
  return {
    principal: root,
    method,
    path,
    query: "",
    headers: { "content-type": "application/json" },
    body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
  };
}
