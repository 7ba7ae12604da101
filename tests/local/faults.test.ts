import { deepEqual, equal, notDeepEqual, rejects } from "node:assert/strict";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { ListExecutionsCommand, SFNClient } from "@aws-sdk/client-sfn";
import { ListTopicsCommand, SNSClient } from "@aws-sdk/client-sns";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { systemClock } from "../../local/clock";
import { Decisions, everyFault, type FaultRates } from "../../local/endpoint/faults/decisions";
import { Faults } from "../../local/endpoint/faults/faults";
import { createEndpoint } from "../../local/endpoint/server";
import { createCredentials } from "../../local/iam/credentials";
import { AwsError, isTransient } from "../../local/services/service";
import { account, startTestCloud, type TestCloud } from "../helpers/cloud";

describe("Faults of the local cloud", () => {
  const take = (seed: number) => {
    const decisions = new Decisions(seed, everyFault(0.3));
    return Array.from({ length: 50 }, () => decisions.happens("throttled", "here"));
  };

  it("follow from the seed", () => {
    deepEqual(take(1), take(1));
    notDeepEqual(take(1), take(2));
  });

  it("of one place do not depend on what happens elsewhere", () => {
    const decisions = new Decisions(1, everyFault(0.3));
    const here = Array.from({ length: 50 }, () => {
      decisions.happens("throttled", "there");
      return decisions.happens("throttled", "here");
    });
    deepEqual(here, take(1));
  });

  const transient: readonly (readonly [unknown, boolean])[] = [
    [new AwsError("RequestThrottled", "", 403), true],
    [new AwsError("Throttled", "", 429), true],
    [new AwsError("InternalFailure", "", 500), true],
    [new Error("connect ECONNREFUSED"), true],
    [new AwsError("AccessDenied", "", 403), false],
    [new AwsError("AWS.SimpleQueueService.NonExistentQueue", "", 400), false],
  ];
  for (const [error, passes] of transient) {
    it(`${String(error)} ${passes ? "passes by itself" : "stays"}, so that a service ${passes ? "tries" : "does not try"} again`, () =>
      equal(isTransient(error), passes));
  }

  describe("at the endpoint", () => {
    let cloud: TestCloud;
    before(async () => {
      cloud = await startTestCloud();
    });
    after(() => cloud.stop());

    /** The name of the error with which an SDK gives up. */
    const nameOf = async (
      rates: FaultRates,
      ask: (settings: ReturnType<TestCloud["settings"]>) => Promise<unknown>,
    ) => {
      const faults = new Faults({ ...{ seed: 1, rates, clock: systemClock }, isExempt: () => false });
      const credentials = createCredentials({ clock: systemClock });
      const settings = cloud.settings();
      credentials.register({ kind: "root", arn: "arn:aws:iam::000000000000:root" }, settings.credentials);
      const services = {
        dynamodb: cloud.dynamoDb.service,
        s3: cloud.messaging.s3,
        sns: cloud.messaging.sns,
        sqs: cloud.messaging.sqs,
        states: cloud.stepFunctions.service,
      };
      const endpoint = createEndpoint({
        account,
        clock: systemClock,
        log: () => undefined,
        credentials,
        services,
        faults,
      });
      faults.begin();
      try {
        const error = { name: "" };
        await rejects(ask({ ...settings, endpoint: await endpoint.listen(0) }), (thrown: Error) => {
          error.name = thrown.name;
          return true;
        });
        return error.name;
      } finally {
        await endpoint.stop();
      }
    };

    const asks: readonly (readonly [
      string,
      string,
      string,
      (settings: ReturnType<TestCloud["settings"]>) => Promise<unknown>,
    ])[] = [
      [
        "DynamoDB",
        "ThrottlingException",
        "InternalServerError",
        (s) => new DynamoDBClient(s).send(new ListTablesCommand({})),
      ],
      ["S3", "SlowDown", "InternalError", (s) => new S3Client(s).send(new ListBucketsCommand({}))],
      [
        "SNS",
        "ThrottledException",
        "InternalErrorException",
        (s) => new SNSClient(s).send(new ListTopicsCommand({})),
      ],
      ["SQS", "RequestThrottled", "InternalFailure", (s) => new SQSClient(s).send(new ListQueuesCommand({}))],
      [
        "Step Functions",
        "ThrottlingException",
        "InternalFailure",
        (s) =>
          new SFNClient(s).send(
            new ListExecutionsCommand({
              stateMachineArn: "arn:aws:states:eu-west-1:000000000000:stateMachine:none",
            }),
          ),
      ],
    ];
    for (const [service, throttled, failed, ask] of asks) {
      it(`${service} says ${throttled} and ${failed}, as SDKs know them`, async () => {
        equal(await nameOf({ throttled: 1 }, ask), throttled);
        equal(await nameOf({ "failed before effect": 1 }, ask), failed);
      });
    }
  });
});
