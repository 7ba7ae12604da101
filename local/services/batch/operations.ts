import type { Account } from "../../account";
import type { JsonObject, JsonOperation } from "../jsonProtocol";
import type { ComputeEnvironments } from "./computeEnvironments";
import { clientException } from "./errors";
import { optionalText, requiredText, textMap, texts } from "./input";
import type { EndRequest, Job } from "./job";
import { jobDetail } from "./jobDetail";
import type { JobDefinitions } from "./jobDefinitions";
import type { JobQueues } from "./jobQueues";
import type { Jobs } from "./jobs";
import type { JobStore } from "./jobStore";
import { listJobs } from "./listJobs";
import { page } from "./pages";
import { everywhere, jobPermission, submitPermissions, tagPermissions } from "./permissions";
import { readSubmission } from "./submission";
import type { Tags } from "./tags";
import type { Routes } from "./wire";

export interface OperationsOptions {
  readonly account: Account;
  readonly computeEnvironments: ComputeEnvironments;
  readonly queues: JobQueues;
  readonly definitions: JobDefinitions;
  readonly store: JobStore;
  readonly jobs: Jobs;
  readonly tags: Tags;
}

export function batchRoutes(options: OperationsOptions): Routes {
  return { ...jobRoutes(options), ...descriptionRoutes(options), ...tagRoutes(options) };
}

function jobRoutes({ account, queues, definitions, store, jobs, tags }: OperationsOptions): Routes {
  const findJob = (jobId: string) => store.find(jobId);
  const end = (kind: EndRequest["kind"], action: "CancelJob" | "TerminateJob"): JsonOperation => ({
    permissions: (input) => jobPermission(account, action, input),
    run(input) {
      jobs.end(getJob(store, requiredText(input, "jobId")), { kind, reason: readReason(input) });
      return {};
    },
  });
  return {
    "POST /v1/submitjob": {
      permissions: (input) => submitPermissions(account, input),
      run(input) {
        const submission = readSubmission(input, { queues, definitions, findJob });
        const { id, arn } = jobs.submit(submission);
        return { jobArn: arn, jobName: submission.jobName, jobId: id };
      },
    },
    "POST /v1/describejobs": {
      permissions: () => everywhere("batch:DescribeJobs"),
      run: (input) => ({
        jobs: atMost100(input, "jobs").flatMap((jobId) => {
          const job = findJob(jobId);
          return job ? [jobDetail(job, tags.of(job.arn))] : [];
        }),
      }),
    },
    "POST /v1/listjobs": {
      permissions: () => everywhere("batch:ListJobs"),
      run: (input) => listJobs(input, store, queues),
    },
    "POST /v1/canceljob": end("CANCEL", "CancelJob"),
    "POST /v1/terminatejob": end("TERMINATE", "TerminateJob"),
  };
}

function descriptionRoutes({ computeEnvironments, queues, definitions, tags }: OperationsOptions): Routes {
  const tagged = ({ arn, detail }: { readonly arn: string; readonly detail: JsonObject }) => ({
    ...detail,
    tags: tags.of(arn),
  });
  return {
    "POST /v1/describecomputeenvironments": {
      permissions: () => everywhere("batch:DescribeComputeEnvironments"),
      run(input) {
        const { items, ...rest } = page(named(computeEnvironments, input, "computeEnvironments"), input, 100);
        return { computeEnvironments: items.map(tagged), ...rest };
      },
    },
    "POST /v1/describejobqueues": {
      permissions: () => everywhere("batch:DescribeJobQueues"),
      run(input) {
        const { items, ...rest } = page(named(queues, input, "jobQueues"), input, 100);
        return { jobQueues: items.map(tagged), ...rest };
      },
    },
    "POST /v1/describejobdefinitions": {
      permissions: () => everywhere("batch:DescribeJobDefinitions"),
      run(input) {
        const name = optionalText(input, "jobDefinitionName");
        const status = optionalText(input, "status") ?? "ACTIVE";
        const found = named(definitions, input, "jobDefinitions").filter(
          (each) => status === "ACTIVE" && (name === undefined || each.name === name),
        );
        const { items, ...rest } = page(found, input, 100);
        return { jobDefinitions: items.map(tagged), ...rest };
      },
    },
  };
}

function tagRoutes({ tags }: OperationsOptions): Routes {
  return {
    "GET /v1/tags/{resourceArn}": {
      permissions: ({ resourceArn }) => tagPermissions("batch:ListTagsForResource", resourceArn, []),
      run: (input) => ({ tags: tags.of(requiredText(input, "resourceArn")) }),
    },
    "POST /v1/tags/{resourceArn}": {
      permissions: (input) =>
        tagPermissions("batch:TagResource", input["resourceArn"], textMap(input, "tags")),
      run(input) {
        tags.add(requiredText(input, "resourceArn"), textMap(input, "tags"));
        return {};
      },
    },
    "DELETE /v1/tags/{resourceArn}": {
      permissions: (input) =>
        tagPermissions("batch:UntagResource", input["resourceArn"], texts(input, "tagKeys")),
      run(input) {
        tags.remove(requiredText(input, "resourceArn"), texts(input, "tagKeys"));
        return {};
      },
    },
  };
}

/** Those that the request names, or all. */
function named<T>(
  resources: { readonly all: readonly T[]; find(nameOrArn: string): T | undefined },
  input: JsonObject,
  member: string,
): readonly T[] {
  const names = atMost100(input, member);
  if (names.length === 0) return resources.all;
  return names.flatMap((name) => resources.find(name) ?? []);
}

function atMost100(input: JsonObject, member: string): readonly string[] {
  const values = texts(input, member);
  if (values.length > 100) throw clientException(`${member} can have at most 100 entries.`);
  return values;
}

function getJob(store: JobStore, jobId: string): Job {
  const job = store.find(jobId);
  if (!job) throw clientException(`Job ${jobId} not found.`);
  return job;
}

function readReason(input: JsonObject): string {
  const reason = requiredText(input, "reason");
  if (reason.length > 1024) throw clientException("The reason can have at most 1024 characters.");
  return reason;
}
