/** Values by the name of the property, parameter or header. */
export type Values = Readonly<Record<string, unknown>>;

/** When the job of the examples was submitted. */
export const time = "2026-01-31T09:00:00.000Z";

/** The job of the examples; no other has its id. */
const jobId = "019c1347-d280-7000-8000-000000000001";
const self = `/v1/jobs/${jobId}`;

const job = {
  status: "WAITING",
  parameters: { amount: 1200, currency: "EUR" },
  source: "api",
  requestedBy: "arn:aws:sts::123456789012:assumed-role/jobs-api-invoke-role/caller",
  updatedAt: "2026-01-31T09:00:02.000Z",
  steps: {
    generatePayload: { status: "SUCCEEDED" },
    approval: { status: "WAITING", startedAt: "2026-01-31T09:00:01.000Z" },
  },
  handoff: {
    step: "approval",
    requestedAt: "2026-01-31T09:00:01.000Z",
    attempt: 0,
    deadline: "2026-02-01T09:00:01.000Z",
    folder: `${jobId}/`,
  },
};

const platformEvent = {
  id: "0f9c3d1e-6f3a-4a63-9a53-5a9d6f3b1c77",
  event: "job_complete",
  msg: "Job complete",
};

/** What stands in examples where the schema alone says too little. Curly brackets are variables of the collection. */
export const samples: {
  /** For a property, parameter or header of that name. */
  readonly everywhere: Values;
  /** For a parameter of that name: where a variable of the collection begins. */
  readonly parameters: Values;
  /** For a property of that schema. */
  readonly bySchema: Readonly<Record<string, Values>>;
} = {
  everywhere: {
    jobId,
    process: "settlement",
    client: "acme",
    links: { self },
    Location: self,
    "Retry-After": 2,
  },
  parameters: {
    status: "WAITING",
    limit: 20,
    cursor: "",
    "Idempotency-Key": "settlement-2026-01-31",
    "webhook-token": "local-webhook-token",
  },
  bySchema: {
    JobRequest: { parameters: job.parameters },
    Job: job,
    BatchJobRequest: {
      jobName: "apost",
      jobQueue: "{{jobQueue}}",
      jobDefinition: "apost",
      parameters: { date: "2026-01-31" },
    },
    BatchJobAccepted: {
      jobName: "apost",
      jobArn: `arn:aws:batch:us-east-1:123456789012:job/${jobId}`,
    },
    PlatformEvent: platformEvent,
  },
};
