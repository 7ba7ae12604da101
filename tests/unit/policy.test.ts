import { deepEqual, equal } from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import {
  identityPolicy,
  resourcePolicy,
  serviceTrustPolicy,
  type PolicyStatement,
  type ResourcePolicyStatement,
} from "../../components/policy";

const textOf = (policy: pulumi.Output<string>) =>
  new Promise<string>((resolve) => void policy.apply((text) => resolve(text)));
const parsed = async (policy: pulumi.Output<string>) => JSON.parse(await textOf(policy)) as unknown;

const readJobs: PolicyStatement = {
  sid: "ReadJobs",
  actions: ["dynamodb:GetItem", "dynamodb:Query"],
  resources: [pulumi.output("arn:jobs"), pulumi.interpolate`${pulumi.output("arn:jobs")}/index/*`],
};
const readJobsRendered = {
  Sid: "ReadJobs",
  Effect: "Allow",
  Action: ["dynamodb:GetItem", "dynamodb:Query"],
  Resource: ["arn:jobs", "arn:jobs/index/*"],
};

describe("An identity policy", () => {
  it("allows exactly the actions on the resources of each statement, and names nobody", async () => {
    const send: PolicyStatement = { sid: "Send", actions: ["sqs:SendMessage"], resources: ["arn:queue"] };
    deepEqual(await parsed(identityPolicy([readJobs, send])), {
      Version: "2012-10-17",
      Statement: [
        readJobsRendered,
        { Sid: "Send", Effect: "Allow", Action: ["sqs:SendMessage"], Resource: ["arn:queue"] },
      ],
    });
  });

  it("has the conditions of a statement, resolved", async () => {
    const conditions = { StringEquals: { "aws:SourceAccount": pulumi.output("111122223333") } };
    deepEqual(await parsed(identityPolicy([{ ...readJobs, conditions }])), {
      Version: "2012-10-17",
      Statement: [
        { ...readJobsRendered, Condition: { StringEquals: { "aws:SourceAccount": "111122223333" } } },
      ],
    });
  });

  it("is the same text each time, so that an update without changes changes nothing", async () => {
    equal(await textOf(identityPolicy([readJobs])), await textOf(identityPolicy([readJobs])));
  });
});

describe("A resource's policy", () => {
  const send = { sid: "Send", actions: ["sqs:SendMessage"], resources: ["arn:queue"] };
  const rendered = { Sid: "Send", Action: ["sqs:SendMessage"], Resource: ["arn:queue"] };
  const cases: [title: string, statement: ResourcePolicyStatement, expected: object][] = [
    [
      "allows, unless it says otherwise, a service",
      { ...send, principal: { Service: "s3.amazonaws.com" } },
      { ...rendered, Effect: "Allow", Principal: { Service: "s3.amazonaws.com" } },
    ],
    [
      "allows a principal whose ARN is an output",
      { ...send, principal: { AWS: pulumi.output("arn:role") } },
      { ...rendered, Effect: "Allow", Principal: { AWS: "arn:role" } },
    ],
    [
      "denies everyone, under a condition",
      {
        ...send,
        effect: "Deny",
        principal: "*",
        conditions: { Bool: { "aws:SecureTransport": "false" } },
      },
      {
        ...rendered,
        Effect: "Deny",
        Principal: "*",
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  ];
  for (const [title, statement, expected] of cases) {
    it(title, async () =>
      deepEqual(await parsed(resourcePolicy([statement])), { Version: "2012-10-17", Statement: [expected] }),
    );
  }
});

describe("A trust policy", () => {
  const trust = {
    Effect: "Allow",
    Principal: { Service: "lambda.amazonaws.com" },
    Action: "sts:AssumeRole",
  };

  it("lets one service assume the role, and has no condition if none is given", async () => {
    deepEqual(await parsed(serviceTrustPolicy("lambda.amazonaws.com")), {
      Version: "2012-10-17",
      Statement: [trust],
    });
  });

  it("lets it do so only for the resources that it says", async () => {
    const conditions = { ArnLike: { "aws:SourceArn": pulumi.output("arn:aws:lambda:*") } };
    deepEqual(await parsed(serviceTrustPolicy("lambda.amazonaws.com", conditions)), {
      Version: "2012-10-17",
      Statement: [{ ...trust, Condition: { ArnLike: { "aws:SourceArn": "arn:aws:lambda:*" } } }],
    });
  });
});
