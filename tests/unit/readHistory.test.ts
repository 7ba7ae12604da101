import { deepEqual, equal, rejects } from "node:assert/strict";
import {
  ExecutionDoesNotExist,
  SFNClient,
  type GetExecutionHistoryInput,
  type GetExecutionHistoryOutput,
} from "@aws-sdk/client-sfn";
import { readHistory } from "../../functions/lib/timeline/readHistory";
import { timelineOf } from "../../functions/lib/timeline/timeline";
import { aJob } from "../helpers/jobs";

type Answer = (input: GetExecutionHistoryInput, asked: number) => GetExecutionHistoryOutput;

/** A client that is answered here, and what it was asked. */
function clientFor(answer: Answer) {
  const asked: GetExecutionHistoryInput[] = [];
  const client = new SFNClient({ region: "us-east-1" });
  client.middlewareStack.add(
    () => (call) => {
      const input = call.input as GetExecutionHistoryInput;
      asked.push(input);
      return Promise.resolve({ response: {}, output: { ...answer(input, asked.length), $metadata: {} } });
    },
    { step: "initialize" },
  );
  return { client, asked };
}

const event = (id: number) => ({ id, timestamp: new Date(id), type: "TaskStarted" as const });
const gone = () => new ExecutionDoesNotExist({ message: "gone", $metadata: {} });
const idsOf = ({ events }: Awaited<ReturnType<typeof readHistory>>) => events.map(({ id }) => id);

describe("Reading an execution's history", () => {
  it("asks for the newest events first, page by page and without data, and gives them oldest first", async () => {
    const { client, asked } = clientFor(({ nextToken }) =>
      nextToken === undefined
        ? { events: [event(4), event(3)], nextToken: "2" }
        : { events: [event(2), event(1)] },
    );
    const history = await readHistory(client, ["arn:one"]);
    deepEqual([idsOf(history), history.cut, history.forgotten], [[1, 2, 3, 4], false, false]);
    const common = {
      executionArn: "arn:one",
      maxResults: 1_000,
      reverseOrder: true,
      includeExecutionData: false,
    };
    deepEqual(asked, [
      { ...common, nextToken: undefined },
      { ...common, nextToken: "2" },
    ]);
  });

  it("reads five pages and no more, and says what is missing", async () => {
    const { client, asked } = clientFor((_, count) => ({ events: [event(100 - count)], nextToken: "more" }));
    const history = await readHistory(client, ["arn:one"]);
    deepEqual([asked.length, idsOf(history), history.cut], [5, [95, 96, 97, 98, 99], true]);
  });

  it("that has exactly five pages is whole", async () => {
    const { client } = clientFor((_, count) => ({
      events: [event(6 - count)],
      ...(count < 5 ? { nextToken: "more" } : {}),
    }));
    const history = await readHistory(client, ["arn:one"]);
    deepEqual([idsOf(history), history.cut], [[1, 2, 3, 4, 5], false]);
  });

  it("of several executions puts the first one first, whichever is forgotten", async () => {
    const { client } = clientFor(({ executionArn }) => {
      if (executionArn === "arn:one") throw gone();
      return { events: [event(executionArn === "arn:two" ? 2 : 3)] };
    });
    const history = await readHistory(client, ["arn:one", "arn:two", "arn:three"]);
    deepEqual([idsOf(history), history.forgotten], [[2, 3], true]);
  });

  const failing = (name: string) =>
    clientFor(() => {
      throw Object.assign(new Error("no"), { name });
    }).client;
  const job = aJob({ status: "RUNNING", executionArn: "arn:one" });

  it("is put off when Step Functions is asked too often", async () => {
    const answer = await timelineOf(failing("ThrottlingException"), {}, job);
    equal("status" in answer && answer.status, 503);
  });

  it("fails as Step Functions does otherwise", () =>
    rejects(async () => timelineOf(failing("AccessDeniedException"), {}, job), {
      name: "AccessDeniedException",
    }));
});
