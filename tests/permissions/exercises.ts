import { StopExecutionCommand } from "@aws-sdk/client-sfn";
import { BatchClient, SubmitJobCommand, TerminateJobCommand } from "@aws-sdk/client-batch";
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { randomUUID } from "node:crypto";
import { CreateArchiveCommand, DescribeArchiveCommand, EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { BrokenLinks, costedJob } from "../helpers/brokenLinks";
import { callCloudWatch, openAlarm, putMetric } from "../helpers/cloudWatch";
import { aJob } from "../helpers/jobs";
import { ReplayBench } from "../helpers/replayBench";
import { putTagGroup, resourcesOf, tagAs } from "../helpers/tagGroups";
import { signedInvoke } from "../helpers/signedInvoke";
import type { JobAnswer, Relay } from "../helpers/relay";

/** Does what needs a statement. It prepares first, so that the statement is taken away from just what needs it. */
export type Exercise = (relay: Relay) => Promise<() => Promise<unknown>>;

const submit: Exercise = async (relay) => () =>
  relay.call("POST", "/jobs", { process: "sleep", parameters: { seconds: 1 } });
const settle: Exercise = async (relay) => () =>
  relay.call("POST", "/jobs", { process: "settlement", parameters: {} });

const look: Exercise = async (relay) => {
  const jobId = await relay.submit("sleep", { seconds: 1 });
  return () => relay.call("GET", `/jobs/${jobId}`);
};

/** Both indexes have a part in it. */
const list: Exercise = async (relay) => async () => {
  const answers = [await relay.call("GET", "/jobs"), await relay.call("GET", "/jobs?process=sleep")];
  return answers.find(({ status }) => status !== 200) ?? answers[0];
};

const waiting = async (relay: Relay) => {
  const jobId = await relay.submit("settlement");
  await relay.jobThatIs("WAITING", jobId);
  return jobId;
};

/** Drops a file for a job that waits. */
const drop =
  (file: string, content: string): Exercise =>
  async (relay) => {
    const jobId = await waiting(relay);
    return () => relay.drop(`inbound/${jobId}/${file}`, content).catch((error: unknown) => error);
  };

/** Drops a file for a job that does not wait yet. */
const dropEarly =
  (file: string, content: string): Exercise =>
  async (relay) => {
    const jobId = await relay.submit("late", { seconds: 1 });
    return () => relay.drop(`inbound/${jobId}/${file}`, content);
  };

const announceMissing: Exercise = async (relay) => {
  const jobId = await waiting(relay);
  const s3 = { object: { key: `inbound/${jobId}/success.json` } };
  return () => relay.sendTo("callbacks", { Records: [{ eventTime: new Date().toISOString(), s3 }] });
};

const stop: Exercise = async (relay) => {
  const job = (await relay.job(await waiting(relay))) as JobAnswer & { executionArn: string };
  return () => relay.sfn.send(new StopExecutionCommand({ executionArn: job.executionArn }));
};

const readOutbound: Exercise = async (relay) => {
  const jobId = await waiting(relay);
  await relay.eventually("data.json", () => relay.read(`outbound/${jobId}/data.json`));
  return () => relay.readAsPartner(`outbound/${jobId}/data.json`).catch((error: unknown) => error);
};

/** Puts items into the table that can never be handled. */
const poison =
  (...facts: Parameters<typeof aJob>[0][]): Exercise =>
  async (relay) =>
  async () => {
    const table = new DynamoDBClient(relay.clientConfig);
    const TableName = String(relay.cloud.outputs["jobsTable"]);
    const jobId = `poison: ${randomUUID()}`;
    for (const fact of facts) {
      await table.send(new PutItemCommand({ TableName, Item: marshall(aJob({ jobId, ...fact })) }));
    }
    table.destroy();
  };

const contain: Exercise = async (relay) => () => relay.submit("container");

const batchJob = {
  jobName: "x",
  jobQueue: "hourly-forecast-energy-01",
  jobDefinition: "job-definition",
};
const submitToBatch: Exercise = async (relay) => () => relay.call("POST", "/v1/submitjob", batchJob);

/** Asks once more with the same key. */
const repeat =
  (path: string, body: object): Exercise =>
  async (relay) => {
    const headers = { "Idempotency-Key": randomUUID() };
    await relay.call("POST", path, body, headers);
    return () => relay.call("POST", path, body, headers);
  };

const submitDirectly: Exercise = async (relay) => {
  const jobDefinition = await relay.definitionName("batch-container-batch");
  const client = new BatchClient(relay.clientConfig);
  const jobQueue = String(relay.cloud.outputs["jobQueueArn"]);
  return () => client.send(new SubmitJobCommand({ jobName: "x", jobQueue, jobDefinition }));
};

/** A container runs, and its job is stopped. */
const stopContainer =
  (process: string): Exercise =>
  async (relay) => {
    const jobId = await relay.submit(process);
    const job = (await relay.jobThatIs("RUNNING", jobId)) as JobAnswer & { executionArn: string };
    return () => relay.sfn.send(new StopExecutionCommand({ executionArn: job.executionArn }));
  };

/** A container runs, and is ended by someone else. */
const terminateContainer =
  (process: string): Exercise =>
  async (relay) => {
    const jobId = await relay.submit(process);
    const batchJobId = await relay.eventually("a running container", async () => {
      const detail = (await relay.job(jobId)).steps["batch"]?.detail as
        { status: string; batchJobId: string } | undefined;
      return detail?.status === "RUNNING" ? detail.batchJobId : undefined;
    });
    const client = new BatchClient(relay.clientConfig);
    return () => client.send(new TerminateJobCommand({ jobId: batchJobId, reason: "enough" }));
  };

/** The metric falls, and then meets the condition. */
const alarm: Exercise = async (relay) => {
  const AlarmName = `energy-${String(relay.cloud.outputs["jobsTable"])}`;
  await callCloudWatch(relay, "SetAlarmState", { AlarmName, StateValue: "OK", StateReason: "fell" });
  return () => putMetric(relay, "Custom", "test_m", 2);
};

/** The platform has an output ready. */
const tell: Exercise = async (relay) => {
  const id = randomUUID();
  relay.platform.put(id, "bytes");
  return () => relay.tell(JSON.stringify({ id, event: "job_complete" }));
};

/** Secrets are kept for a while: they are read again when they seem to be wrong, but not at once. */
const seemWrong: Exercise = async (relay) => async () => {
  for (let second = 0; second < 12; second++) {
    await relay.tell("{}", "wrong");
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
};
const refuseToken: Exercise = async (relay) => {
  const id = randomUUID();
  relay.platformFailures.set(id, () => ({ status: 401 }));
  return () => relay.tell(JSON.stringify({ id, event: "job_complete" }));
};

/** A job with outputs, and the link to the first of them. */
const linked = async (relay: Relay, parameters: object, end: string, place: string) => {
  const jobId = await relay.submit("container", parameters);
  await relay.jobThatIs(end, jobId);
  const url = await relay.eventually("a link", async () => {
    const { outputs } = (await relay.job(jobId)) as JobAnswer & { outputs?: { links: { url: string }[] } };
    return outputs?.links
      .map((link) => link.url)
      .find((each) => each.includes(String(relay.cloud.outputs[place])));
  });
  return { jobId, url };
};
const followLink: Exercise = async (relay) => {
  const { url } = await linked(relay, {}, "SUCCEEDED", "egressBucket");
  return () => fetch(url);
};
const followLinkOfFailed: Exercise = async (relay) => {
  const { url } = await linked(relay, { code: 3 }, "FAILED", "outputsBucket");
  return () => fetch(url);
};
const lookAtOutputs: Exercise = async (relay) => {
  const { jobId } = await linked(relay, {}, "SUCCEEDED", "egressBucket");
  return () => relay.call("GET", `/jobs/${jobId}`);
};
const lookAtFailed: Exercise = async (relay) => {
  const jobId = await relay.submit("container", { code: 3 });
  await relay.jobThatIs("FAILED", jobId);
  return () => relay.call("GET", `/jobs/${jobId}`);
};

const lookClosely: Exercise = async (relay) => {
  const jobId = await waiting(relay);
  return () => relay.call("GET", `/jobs/${jobId}?view=full`);
};

/** An answer that is too large for the workflow to carry. */
const answerLarge: Exercise = async (relay) => {
  const jobId = await relay.submit("generous");
  await relay.jobThatIs("WAITING", jobId);
  return () => relay.drop(`inbound/${jobId}/success.json`, JSON.stringify("x".repeat(300_000)));
};
const followLinkToAnswer: Exercise = async (relay) => {
  const jobId = await relay.submit("generous");
  await relay.jobThatIs("WAITING", jobId);
  await relay.drop(`inbound/${jobId}/success.json`, JSON.stringify("x".repeat(300_000)));
  const { steps } = await relay.jobThatIs("SUCCEEDED", jobId);
  return () => fetch(steps["approval"]?.answer?.reference?.url ?? "");
};

const cancelWaiting: Exercise = async (relay) => {
  const jobId = await waiting(relay);
  return () => relay.call("POST", `/jobs/${jobId}/cancel`);
};
const cancelDirect: Exercise = async (relay) => {
  const client = new BatchClient(relay.clientConfig);
  const jobDefinition = await relay.definitionName("batch-patient-batch");
  const jobQueue = String(relay.cloud.outputs["jobQueueArn"]);
  const { jobId = "" } = await client.send(new SubmitJobCommand({ jobName: "x", jobQueue, jobDefinition }));
  await relay.jobThatIs("RUNNING", jobId);
  return () => relay.call("POST", `/jobs/${jobId}/cancel`);
};

/** A job that failed; its workflow may be another by now. */
const failed = async (relay: Relay, revision?: string): Promise<string> => {
  const jobId = await relay.submit("unchecked", { seconds: "none" });
  await relay.jobThatIs("FAILED", jobId);
  if (revision !== undefined) await relay.setRevision(jobId, revision);
  return jobId;
};
const failedEgress = async (relay: Relay): Promise<string> => {
  const jobId = await relay.egressOf(randomUUID());
  await relay.jobThatIs("FAILED", jobId);
  return jobId;
};
const redriving =
  (fail: (relay: Relay) => Promise<string>): Exercise =>
  async (relay) => {
    const jobId = await fail(relay);
    return () => relay.call("POST", `/jobs/${jobId}/redrive`);
  };
const redriveFailed = redriving(failed);
const redriveOutdated = redriving((relay) => failed(relay, "before"));
const redriveEgress = redriving(failedEgress);

/** The second in which a job failed is replayed. */
const replaying =
  (fail: (relay: Relay) => Promise<string>): Exercise =>
  async (relay) => {
    const [event] = await relay.notificationsOf(await fail(relay));
    const time = Date.parse(event?.time ?? "");
    const at = (milliseconds: number) => new Date(milliseconds).toISOString();
    const bench = ReplayBench.on(relay);
    return async () => {
      await bench.replay(`replay-${randomUUID()}`, at(time), at(time + 1000));
      bench.close();
    };
  };
const replayFailure = replaying(async (relay) => {
  const jobId = await relay.submit("brief");
  await relay.jobThatIs("TIMED_OUT", jobId);
  return jobId;
});
const replayOutdated = replaying((relay) => failed(relay, "before"));
const replayEgress = replaying(failedEgress);

/** A link is broken, and jobs are reconciled; not broken before, for the schedule might repair it. */
const reconciling =
  (breakLink: (links: BrokenLinks) => Promise<unknown>): Exercise =>
  async (relay) =>
  async () => {
    const links = new BrokenLinks(relay);
    await breakLink(links);
    links.close();
    return signedInvoke(relay, "reconcile-jobs", { time: new Date().toISOString() });
  };
const reconcileStarts = reconciling((links) => links.unstarted());

const openDeadLetterAlarm: Exercise = async (relay) => () => openAlarm(relay, "dead-letters-callbacks");

/** Another archive is made with the key of the program's. */
const archiveAgain: Exercise = async (relay) => {
  const client = new EventBridgeClient({ ...relay.clientConfig, maxAttempts: 1 });
  const name = String(relay.cloud.outputs["eventArchiveArn"]).split("/").at(-1);
  const { EventSourceArn, KmsKeyIdentifier } = await client.send(
    new DescribeArchiveCommand({ ArchiveName: name }),
  );
  return async () => {
    const archive = { ArchiveName: `a-${randomUUID()}`, EventSourceArn, KmsKeyIdentifier };
    await client.send(new CreateArchiveCommand(archive)).catch((error: unknown) => error);
    client.destroy();
  };
};

/** A resource of a service drifts, and is found. */
const drift =
  (...services: readonly string[]): Exercise =>
  async (relay) => {
    const group = `exercise-${randomUUID()}`;
    await putTagGroup(relay, { groupKey: "TagGroup", groupValue: group, tags: { Exercise: group } });
    const arns = await resourcesOf(relay, services);
    // Not before, for the schedule might find them, too.
    return async () => {
      await tagAs(relay, arns, group);
      await signedInvoke(relay, "build-tags", { group });
    };
  };

/** Cannot be tagged from here. */
const tagElsewhere: Exercise = async (relay) => () =>
  relay.sendTo("tag-chunks", {
    ...{ groupKey: "TagGroup", groupValue: "elsewhere", tags: { Exercise: "elsewhere" } },
    arns: ["arn:aws:sqs:eu-north-1:000000000000:elsewhere"],
  });

const runCosted: Exercise = async (relay) => () => relay.submit("costed");

const oversized = "x".repeat(300_000);

/** What needs each statement, by the beginning of its title; the longest that fits counts. */
export const exercises: Readonly<Record<string, Exercise>> = {
  "jobs-api-invoke": look,
  "orchestrator-partner/ReadObjects": readOutbound,
  "orchestrator-partner/WriteObjects": drop("success.json", "{}"),
  "submit-job": submit,
  "submit-job/ReadJobs": repeat("/jobs", { process: "sleep", parameters: { seconds: 1 } }),
  "get-job": look,
  "list-jobs": list,
  "get-job/ReadHistories": lookClosely,
  "get-job/ReadObjectsoutboundresults": followLinkToAnswer,
  "get-job/ListObjects": lookAtOutputs,
  "get-job/ListOutputs": lookAtFailed,
  "get-job/ReadObjects": followLink,
  "get-job/ReadObjectsoutputs": followLinkOfFailed,
  "receive-webhook": tell,
  "receive-webhook/ReadSecret": seemWrong,
  "egress-outputs": tell,
  "egress-outputs/DelayMessages": refuseToken,
  "egress-outputs/ListOutputs": contain,
  "egress-outputs/ReadObjectsoutputs": contain,
  "egress-outputs/ReadSecret": refuseToken,
  "start-jobs": submit,
  "start-jobs/SendMessages": tell,
  "start-jobs/ReportFailures": poison({ process: "sleep", parameters: '{"seconds":1}' }),
  "record-executions": stop,
  "cancel-job": cancelWaiting,
  "cancel-job/TerminateContainers": cancelDirect,
  "redrive-job": redriveFailed,
  "redrive-job/StartWorkflows": redriveOutdated,
  "redrive-job/SendMessages": redriveEgress,
  "record-executions/ReportFailures": async (relay) => () => signedInvoke(relay, "record-executions", {}),
  "notify-jobs": submit,
  "notify-jobs/ReportFailures": poison(
    { status: "RUNNING", requestedBy: oversized },
    { status: "FAILED", requestedBy: oversized },
  ),
  "replay-jobs": replayFailure,
  "replay-jobs/StartWorkflows": replayOutdated,
  "replay-jobs/SendMessages": replayEgress,
  "replay-jobs/ReportFailures": async (relay) => () =>
    signedInvoke(relay, "replay-jobs", { "replay-name": "r", detail: {} }),
  "reconcile-jobs": reconcileStarts,
  // The schedule itself.
  "reconcile-jobs/reconcile-jobs-reconcile": async () => async () => undefined,
  "reconcile-jobs/ReadTagGroup": reconciling((links) => links.unstarted(costedJob)),
  "reconcile-jobs/RedriveWorkflows": reconciling((links) => links.halfStarted()),
  "reconcile-jobs/ListExecutions": reconciling((links) => links.halfStarted()),
  "reconcile-jobs/SendMessages": reconciling((links) => links.undelivered(randomUUID())),
  "reconcile-jobs/DescribeContainers": reconciling((links) => links.forgotten()),
  "reconcile-jobs/ReportFailures": async (relay) => () => signedInvoke(relay, "reconcile-jobs", {}),
  "dispatch-handoffs": settle,
  "dispatch-handoffs/ReadJobs": dropEarly("success.json", "{}"),
  "dispatch-handoffs/ReadObjects": dropEarly("success.json", "{}"),
  "dispatch-handoffs/ResumeWorkflows": dropEarly("success.json", "{}"),
  // What is not the file that was read already.
  "dispatch-handoffs/ReadVersionsinbound": dropEarly("success.json", "not JSON"),
  "dispatch-handoffs/ListVersions": dropEarly("success.json", "{}"),
  "dispatch-handoffs/WriteObjectsinbound": dropEarly("success.json", "not JSON"),
  "resume-jobs": drop("success.json", "{}"),
  "resume-jobs/ListObjects": announceMissing,
  "resume-jobs/ReadVersionsinbound": drop("success.json", "not JSON"),
  "resume-jobs/WriteObjectsoutboundresults": answerLarge,
  "resume-jobs/WriteObjects": drop("success.json", "not JSON"),
  "step-generate-payload": settle,
  "step-sleep": submit,
  "workflow-settlement": settle,
  "workflow-settlement/UpdateJobs": drop("success.json", "{}"),
  "workflow-sleep": submit,
  "workflow-unchecked": async (relay) => () => relay.submit("unchecked", { seconds: 0 }),
  "workflow-brief": async (relay) => () => relay.submit("brief"),
  "workflow-attentive": async (relay) => () => relay.submit("attentive"),
  "workflow-generous": async (relay) => () => relay.submit("generous"),
  "workflow-generous/UpdateJobs": async (relay) => {
    const jobId = await relay.submit("generous");
    await relay.jobThatIs("WAITING", jobId);
    return () => relay.drop(`inbound/${jobId}/success.json`, "{}");
  },
  "workflow-late": async (relay) => () => relay.submit("late", { seconds: 0 }),
  "workflow-late/UpdateJobs": dropEarly("success.json", "{}"),
  "workflow-twice": async (relay) => () => relay.submit("twice"),
  "workflow-twice/UpdateJobs": async (relay) => {
    const jobId = await relay.submit("twice");
    await relay.jobThatIs("WAITING", jobId);
    return () => relay.drop(`inbound/${jobId}/first/failure.json`, "{}");
  },
  "submit-batch-job": submitToBatch,
  "submit-batch-job/ReadJobs": repeat("/v1/submitjob", batchJob),
  "record-batch-jobs": contain,
  "record-batch-jobs/CreateJobs": submitDirectly,
  "record-batch-jobs/ReportFailures": async (relay) => () => signedInvoke(relay, "record-batch-jobs", {}),
  "start-alarm-jobs": alarm,
  "start-alarm-jobs/ReportFailures": async (relay) => () => signedInvoke(relay, "start-alarm-jobs", {}),
  "build-tags": drift("sqs"),
  "build-tags/ReportFailures": async (relay) => () =>
    signedInvoke(relay, "build-tags", { group: "no such group" }),
  "build-tags/build-tags-schedule": async () => async () => undefined,
  "apply-tags": drift("sqs"),
  "apply-tags/SetAside": tagElsewhere,
  ...Object.fromEntries(
    ["dynamodb", "lambda", "s3", "states"].map((name) => [`apply-tags/Tag${name}`, drift(name)]),
  ),
  "start-jobs/ReadTagGroup": runCosted,
  "egress-outputs/TagObjects": runCosted,
  "workflow-costed": runCosted,
  "batch-job": contain,
  "workflow-alarmed": async (relay) => () => relay.submit("alarmed"),
  "workflow-container": contain,
  "workflow-job-definition": submitToBatch,
  "workflow-forecast-and-approve": async (relay) => () => relay.submit("forecast-and-approve"),
  "workflow-forecast-and-approve/UpdateJobs": async (relay) => {
    const jobId = await relay.submit("forecast-and-approve");
    await relay.jobThatIs("WAITING", jobId);
    return () => relay.drop(`inbound/${jobId}/success.json`, "{}");
  },
  "workflow-patient": async (relay) => () => relay.submit("patient"),
  "workflow-patient/FollowContainers": stopContainer("patient"),
  "workflow-patient/UpdateJobs": terminateContainer("patient"),
  "workflow-missing": async (relay) => () => relay.submit("missing"),
  egress: contain,
  callbacks: drop("success.json", "{}"),
  "key/SnsDelivers": contain,
  "key/AlarmsNotify": openDeadLetterAlarm,
  alarms: openDeadLetterAlarm,
  key: drop("success.json", "{}"),
  "key/DescribeToEvents": archiveAgain,
};

/** The exercise for a statement. */
export function exerciseFor(title: string): Exercise {
  const [found] = Object.keys(exercises)
    .filter((start) => title.startsWith(start))
    .sort((a, b) => b.length - a.length);
  const exercise = found === undefined ? undefined : exercises[found];
  if (!exercise) throw new Error(`no exercise needs ${title}: add one`);
  return exercise;
}
