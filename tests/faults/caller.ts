import { setTimeout as wait } from "node:timers/promises";
import { BatchClient, SubmitJobCommand, DescribeJobDefinitionsCommand } from "@aws-sdk/client-batch";
import { jsonBody, signedFetch } from "../../cli/signedFetch";
import type { PlannedJob } from "./plan";
import { reaching } from "./reaching";
import { clientConfig, webhookToken, type World } from "./world";

/** How often a caller tries, and how long it waits after the first time, in milliseconds. */
const [mostTries, firstPause] = [12, 100];

/** Answers after which it tries again: after a restart the session of the caller is another one. */
const passing = [403, 429];

/** Someone who asks for jobs, and asks again when there is no good answer. */
export class Caller {
  readonly #batch: BatchClient;
  #definition: Promise<string> | undefined;

  constructor(private readonly world: World) {
    this.#batch = new BatchClient(clientConfig(world.cloud));
  }

  close(): void {
    this.#batch.destroy();
  }

  /** @returns the ids that were answered: one, unless the same request made two jobs */
  async submit(job: PlannedJob): Promise<string[]> {
    switch (job.route) {
      case "api":
        return this.#post(
          "/jobs",
          { process: job.process, client: "faults", parameters: { token: job.token } },
          job,
        );
      case "notifier": {
        const names = { jobName: `job-${job.index}`, jobQueue: "notifiers", jobDefinition: job.process };
        return this.#post("/v1/submitjob", { ...names, parameters: { token: job.token } }, job);
      }
      case "queue":
        return [await this.#submitToQueue(job)];
      case "webhook":
        return [await this.#tell(job)];
    }
  }

  /** @returns the status of the answer */
  async change(jobId: string, verb: "cancel" | "redrive"): Promise<number> {
    const { status } = await this.#persist(() => this.#call("POST", `/jobs/${jobId}/${verb}`));
    return status;
  }

  /** Sometimes a caller did not hear the answer and asks again with the same key. */
  async #post(path: string, body: object, { token, index }: PlannedJob): Promise<string[]> {
    const ask = async () => {
      const headers = { "Idempotency-Key": `key-${token}` };
      const response = await this.#persist(() => this.#call("POST", path, body, headers));
      const answer = (await response.json()) as { readonly jobId?: string };
      if (answer.jobId === undefined) {
        throw new Error(`job ${index} was refused: ${response.status} ${JSON.stringify(answer)}`);
      }
      return answer.jobId;
    };
    const first = await ask();
    return index % 10 === 0 ? [...new Set([first, await ask()])] : [first];
  }

  async #tell({ token, index }: PlannedJob): Promise<string> {
    this.world.platform.put(token, token);
    const request = {
      method: "POST",
      headers: { "Content-Type": "application/json", "webhook-token": webhookToken },
      body: JSON.stringify({ id: token, event: "job_complete" }),
    };
    const response = await this.#persist(() => fetch(`${this.world.apiUrl}/job-complete`, request));
    const answer = (await response.json()) as { readonly jobId?: string };
    if (answer.jobId === undefined) throw new Error(`webhook ${index} was refused: ${response.status}`);
    return answer.jobId;
  }

  async #submitToQueue({ token, index }: PlannedJob): Promise<string> {
    const submission = new SubmitJobCommand({
      jobName: `job-${index}`,
      jobQueue: this.world.output("jobQueueArn"),
      jobDefinition: await this.#definitionName(),
      parameters: { token },
      containerOverrides: { environment: [{ name: "PARAM_token", value: token }] },
    });
    const { jobId = "" } = await reaching(() => this.#batch.send(submission));
    return jobId;
  }

  #definitionName(): Promise<string> {
    const ask = async () => {
      const request = new DescribeJobDefinitionsCommand({ status: "ACTIVE" });
      const { jobDefinitions = [] } = await reaching(() => this.#batch.send(request));
      const names = jobDefinitions.map(({ jobDefinitionName = "" }) => jobDefinitionName);
      const found = names.find((name) => name.startsWith("batch-container-batch-"));
      if (found === undefined)
        throw new Error(`no job definition of container; there are ${names.join(", ")}`);
      return found;
    };
    return (this.#definition ??= ask());
  }

  #call(
    method: string,
    path: string,
    body?: object,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Response> {
    const signer = { region: this.world.cloud.region, credentials: this.world.people.caller };
    return signedFetch(signer, method, `${this.world.apiUrl}${path}`, body && jsonBody(body), headers);
  }

  /** Until there is an answer that is not a failure of the other side, or there were too many. */
  async #persist(ask: () => Promise<Response>): Promise<Response> {
    for (let tries = 1; ; tries++) {
      const response = await reaching(ask);
      if (!passing.includes(response.status) && response.status < 500) return response;
      const text = await response.text();
      if (tries >= mostTries) throw new Error(`${response.status}: ${text}`);
      await wait(firstPause * Math.min(tries, 10));
    }
  }
}
