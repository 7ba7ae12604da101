import { createHash } from "node:crypto";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { getJob } from "../../functions/getJob";
import { listJobs } from "../../functions/listJobs";
import { submitBatchJob } from "../../functions/submitBatchJob";
import { submitJob } from "../../functions/submitJob";
import type { BatchCompute } from "../batch/batchCompute";
import type { CallbackOrchestrator } from "../callbackOrchestrator";
import { knownProcesses } from "../catalogue/knownProcesses";
import { stepKindsOf, type Catalogue } from "../catalogue/process";
import type { EgressBucket } from "../egress/egressBucket";
import type { Foundation } from "../foundation";
import { InlineFunction } from "../inlineFunction";
import { inlineHandler } from "../inlineHandler";
import type { JobControl } from "../jobControl";
import type { JobStore } from "../jobStore";
import { identityPolicy } from "../policy";
import { sightOf, type StackSettings } from "../stackSettings";
import { trustedBy } from "../trustedRole";
import { openApiDocument } from "./openapi";

export interface JobsApiArgs {
  readonly catalogue: Catalogue;
  /** Where containers run; absent when no process has any. */
  readonly batch?: BatchCompute | undefined;
  /** Where outputs last; absent when there are none. */
  readonly egress?: EgressBucket | undefined;
  /** What runs jobs, tells what it did, and keeps answers that are large. */
  readonly orchestrator: Pick<CallbackOrchestrator, "workflows" | "largeAnswers">;
  /** Ends jobs, and runs them again. */
  readonly control: JobControl;
  readonly jobs: JobStore;
  readonly foundation: Foundation;
}

/** How long links to outputs can be followed; whoever needs them later asks anew. */
const linkSeconds = 900;

/** The HTTP API: starts jobs and shows them, to whoever may assume its role. */
export class JobsApi extends pulumi.ComponentResource {
  /** Without a trailing slash; `/jobs` follows. */
  readonly url: pulumi.Output<string>;
  /** The role that may call the API, and nothing else. */
  readonly invokeRoleArn: pulumi.Output<string>;

  constructor(name: string, args: JobsApiArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobrelay:JobsApi", name, {}, opts);
    const functions = this.createFunctions(args);
    const lister = this.createLister(args, functions.submitJob);
    const batchSubmitter = args.batch && this.createBatchSubmitter(args, args.batch);
    const webhook = args.egress?.webhook;
    const document = pulumi
      .all([
        functions.submitJob.invokeArn,
        functions.getJob.invokeArn,
        batchSubmitter?.invokeArn,
        webhook?.invokeArn,
        args.control.cancelJob.invokeArn,
        args.control.redriveJob.invokeArn,
        lister.invokeArn,
      ])
      .apply(([submitJob, getJob, submitBatchJob, receiveWebhook, cancelJob, redriveJob, listJobs]) =>
        JSON.stringify(
          openApiDocument({
            ...{ submitJob, getJob, listJobs, cancelJob, redriveJob },
            ...{ submitBatchJob, receiveWebhook },
          }),
        ),
      );
    const api = this.createApi(name, document);
    const stage = this.createStage(name, api, document, args.foundation.settings);
    const permit = (fn: InlineFunction, route: string) =>
      fn.permitService(
        "call",
        "apigateway.amazonaws.com",
        pulumi.interpolate`${api.executionArn}/*/${route}`,
      );
    permit(functions.submitJob, "POST/jobs");
    permit(functions.getJob, "GET/jobs/*");
    permit(args.control.cancelJob, "POST/jobs/*/cancel");
    permit(args.control.redriveJob, "POST/jobs/*/redrive");
    permit(lister, "GET/jobs");
    if (batchSubmitter) permit(batchSubmitter, "POST/v1/submitjob");
    if (webhook) permit(webhook, "POST/job-complete");
    this.url = stage.invokeUrl;
    this.invokeRoleArn = this.createInvokeRole(name, stage, args.foundation.settings);
    this.registerOutputs({ url: this.url, invokeRoleArn: this.invokeRoleArn });
  }

  private createFunctions({ catalogue, batch, egress, orchestrator, jobs, foundation }: JobsApiArgs) {
    return {
      submitJob: new InlineFunction(
        "submit-job",
        {
          handler: inlineHandler(submitJob, {
            tableName: jobs.tableName,
            processes: knownProcesses(Object.values(catalogue)),
            retentionDays: foundation.settings.jobRetentionDays,
          }),
          // What a key was used for before.
          statements: [jobs.allowCreate(), jobs.allowRead()],
          foundation,
        },
        { parent: this },
      ),
      getJob: new InlineFunction(
        "get-job",
        {
          handler: inlineHandler(getJob, {
            tableName: jobs.tableName,
            ...sightOf(foundation.settings),
            egressBucket: egress?.bucket.bucketName ?? "",
            outputsBucket: batch?.outputs.bucketName ?? "",
            handoffBucket: orchestrator.largeAnswers?.bucketName ?? "",
            linkSeconds,
            stepKinds: stepKindsOf(catalogue),
          }),
          statements: [
            jobs.allowRead(),
            orchestrator.workflows.allowReadHistory(),
            ...(orchestrator.largeAnswers ? [orchestrator.largeAnswers.allowRead] : []),
            ...(egress?.allowRead() ?? []),
            ...(batch?.allowReadOutputs() ?? []),
          ],
          foundation,
        },
        { parent: this },
      ),
    };
  }

  private createLister({ jobs, foundation }: JobsApiArgs, submitter: InlineFunction): InlineFunction {
    const handler = inlineHandler(listJobs, {
      tableName: jobs.tableName,
      ...sightOf(foundation.settings),
      // No caller knows it, it needs no place to be kept, and with it only pages of the caller's own list could be forged.
      cursorSecret: submitter.roleUniqueId,
    });
    const args = { handler, statements: [jobs.allowList()], foundation };
    return new InlineFunction("list-jobs", args, { parent: this });
  }

  private createBatchSubmitter(
    { catalogue, jobs, foundation }: JobsApiArgs,
    batch: BatchCompute,
  ): InlineFunction {
    const handler = inlineHandler(submitBatchJob, {
      tableName: jobs.tableName,
      processes: knownProcesses(Object.values(catalogue)),
      retentionDays: foundation.settings.jobRetentionDays,
      queueArn: batch.queueArn,
      queueAliases: foundation.settings.batch.queueAliases,
    });
    const args = { handler, statements: [jobs.allowCreate(), jobs.allowRead()], foundation };
    return new InlineFunction("submit-batch-job", args, { parent: this });
  }

  private createApi(name: string, body: pulumi.Output<string>): aws.apigateway.RestApi {
    return new aws.apigateway.RestApi(
      name,
      {
        body,
        description: "Jobrelay: start jobs and follow them",
        endpointConfiguration: { types: "REGIONAL" },
      },
      { parent: this },
    );
  }

  private createStage(
    name: string,
    api: aws.apigateway.RestApi,
    document: pulumi.Output<string>,
    settings: StackSettings,
  ): aws.apigateway.Stage {
    const deployment = new aws.apigateway.Deployment(
      `${name}-deployment`,
      // A deployment is a snapshot of the API: a changed document needs a new one.
      { restApi: api.id, triggers: { document: document.apply(sha256) } },
      { parent: this },
    );
    const stage = new aws.apigateway.Stage(
      `${name}-stage`,
      { restApi: api.id, deployment: deployment.id, stageName: "v1", xrayTracingEnabled: true },
      { parent: this },
    );
    new aws.apigateway.MethodSettings(
      `${name}-throttling`,
      {
        restApi: api.id,
        stageName: stage.stageName,
        methodPath: "*/*",
        settings: {
          throttlingRateLimit: settings.throttling.ratePerSecond,
          throttlingBurstLimit: settings.throttling.burst,
        },
      },
      { parent: this },
    );
    return stage;
  }

  private createInvokeRole(
    name: string,
    stage: aws.apigateway.Stage,
    settings: StackSettings,
  ): pulumi.Output<string> {
    const assumeRolePolicy = trustedBy(settings.trustedCallers);
    const role = new aws.iam.Role(`${name}-invoke-role`, { assumeRolePolicy }, { parent: this });
    const allowCalls = {
      sid: "CallApi",
      actions: ["execute-api:Invoke"],
      resources: [pulumi.interpolate`${stage.executionArn}/*/*`],
    };
    new aws.iam.RolePolicy(
      `${name}-invoke`,
      { role: role.id, policy: identityPolicy([allowCalls]) },
      { parent: this },
    );
    return role.arn;
  }
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
