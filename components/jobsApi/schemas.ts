const time = { type: "string", format: "date-time" };
const links = {
  type: "object",
  required: ["self"],
  properties: { self: { type: "string", description: "The path of the job" } },
};
const status = {
  type: "string",
  enum: ["SUBMITTED", "RUNNING", "WAITING", "SUCCEEDED", "FAILED", "TIMED_OUT", "CANCELLED"],
};

const source = { type: "string", enum: ["api", "alarm", "batch", "webhook"] };
const requestedBy = { type: "string", description: "The ARN of the principal that asked" };

const attempt = {
  type: "object",
  required: ["status"],
  properties: {
    startedAt: time,
    endedAt: time,
    status: { type: "string" },
    error: { type: "string", description: "Only when it went wrong" },
    cause: { type: "string", description: "At most 1,024 characters" },
  },
};
const timeline = {
  type: "object",
  description: "What the steps did when, in their order; only with view=full",
  required: ["steps", "complete"],
  properties: {
    steps: {
      type: "array",
      items: {
        type: "object",
        required: ["name", "attempts"],
        properties: {
          name: { type: "string" },
          kind: { type: "string", enum: ["invoke", "batch", "handoff"] },
          ...attempt.properties,
          attempts: { type: "array", items: attempt, description: "Retries and redrives, oldest first" },
          result: {
            type: "string",
            description: "A JSON pointer (RFC 6901) to what the step answered, in this document",
          },
        },
      },
    },
    complete: { type: "boolean", description: "Whether every attempt is there" },
    note: { type: "string", description: "Why not" },
  },
};

/** The shapes that the API takes and gives; API Gateway makes a model of each. */
export const schemas = {
  JobRequest: {
    type: "object",
    required: ["process"],
    additionalProperties: false,
    properties: {
      process: { type: "string", description: "The name of a process of the catalogue" },
      client: { type: "string", minLength: 1, maxLength: 256, description: "For whom the job runs" },
      parameters: { type: "object", description: "What the process's own schema asks for; at most 64 KB" },
    },
  },
  JobAccepted: {
    type: "object",
    required: ["jobId", "status", "process", "createdAt", "links"],
    properties: { jobId: { type: "string" }, status, process: { type: "string" }, createdAt: time, links },
  },
  BatchJobRequest: {
    type: "object",
    required: ["jobName", "jobQueue", "jobDefinition"],
    properties: {
      jobName: { type: "string" },
      jobQueue: { type: "string", description: "The queue's name or ARN, or a name that the stack gives it" },
      jobDefinition: { type: "string", description: "The name of a process of the catalogue" },
      parameters: { type: "object" },
    },
  },
  BatchJobAccepted: {
    type: "object",
    required: ["jobArn", "jobName", "jobId"],
    properties: { jobArn: { type: "string" }, jobName: { type: "string" }, jobId: { type: "string" } },
  },
  JobChange: {
    type: "object",
    required: ["jobId", "status", "links"],
    properties: {
      jobId: { type: "string" },
      status,
      outcome: {
        type: "string",
        enum: ["redriven", "started anew"],
        description:
          "Whether the job goes on at the step that failed, or begins anew: when the workflow has changed, or the failure is over 14 days old",
      },
      links,
    },
  },
  PlatformEvent: {
    type: "object",
    required: ["id", "event"],
    properties: {
      id: { type: "string", description: "The platform's id of its job" },
      event: { type: "string", description: "Only job_complete is acted upon" },
      msg: { type: "string" },
    },
  },
  EventAccepted: {
    type: "object",
    properties: {
      jobId: { type: "string", description: "The job that fetches the output" },
      links,
      ignored: { type: "boolean" },
      reason: { type: "string", description: "Why the event is ignored" },
    },
  },
  Job: {
    type: "object",
    required: [
      "jobId",
      "process",
      "status",
      "parameters",
      "source",
      "requestedBy",
      "createdAt",
      "updatedAt",
      "steps",
    ],
    properties: {
      jobId: { type: "string" },
      process: { type: "string" },
      client: { type: "string" },
      status,
      parameters: { type: "object" },
      source,
      requestedBy,
      createdAt: time,
      updatedAt: time,
      executionArn: { type: "string" },
      steps: {
        type: "object",
        description:
          "Each step of the process: status, startedAt, endedAt, answer; a status is missing where only the timeline knows it. An answer that went by reference says where it lies: key, bytes, url, expiresAt",
      },
      timeline,
      handoff: { type: "object", description: "The last hand-off: step, requestedAt, deadline, folder" },
      result: { type: "object", description: "What each step answered; only when the job succeeded" },
      error: {
        type: "object",
        description: "Why the job did not succeed",
        required: ["code", "message"],
        properties: { code: { type: "string" }, message: { type: "string" }, step: { type: "string" } },
      },
      outputs: {
        type: "object",
        description:
          "Links to what the job left: name, bytes, url; more is true when there are over a hundred",
        properties: { links: { type: "array", items: { type: "object" } }, expiresAt: time },
      },
      lateAnswers: { type: "array", items: { type: "object" } },
      links,
    },
  },
  JobList: {
    type: "object",
    required: ["jobs"],
    properties: {
      jobs: {
        type: "array",
        items: {
          type: "object",
          required: [
            "jobId",
            "process",
            "status",
            "source",
            "requestedBy",
            "createdAt",
            "updatedAt",
            "links",
          ],
          properties: {
            jobId: { type: "string" },
            process: { type: "string" },
            client: { type: "string" },
            status,
            source,
            requestedBy,
            createdAt: time,
            updatedAt: time,
            links,
          },
        },
      },
      nextCursor: { type: "string", description: "Asks for the next page; absent on the last" },
    },
  },
  Problem: {
    type: "object",
    description: "RFC 9457",
    required: ["type", "title", "status", "detail"],
    properties: {
      type: { type: "string" },
      title: { type: "string" },
      status: { type: "integer" },
      detail: { type: "string" },
      instance: { type: "string" },
      errors: {
        type: "array",
        items: {
          type: "object",
          required: ["pointer", "detail"],
          properties: {
            pointer: {
              type: "string",
              description: "A JSON pointer (RFC 6901) into the body, or to a parameter of the query",
            },
            detail: { type: "string" },
          },
        },
      },
    },
  },
} as const;
