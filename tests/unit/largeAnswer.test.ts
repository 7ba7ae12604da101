import { equal, throws } from "node:assert/strict";
import { callbackLimit } from "../../functions/lib/handoff";
import { answerWay, largestAnswer, referenceText, referenceTo } from "../../functions/lib/largeAnswer";

describe("An answer goes", () => {
  const room = callbackLimit;
  const ways: [file: string, bytes: number, largeResults: boolean, way: string][] = [
    ["success.json", 0, false, "whole"],
    ["success.json", room, false, "whole"],
    ["success.json", room, true, "whole"],
    ["success.json", room + 1, true, "by reference"],
    ["success.json", largestAnswer, true, "by reference"],
    ["failure.json", room, true, "whole"],
  ];
  for (const [file, bytes, largeResults, way] of ways) {
    it(`${way}: ${file} of ${bytes} bytes, largeResults ${largeResults}`, () =>
      equal(answerWay(file, bytes, { room, largeResults }), way));
  }

  it("by reference as soon as the workflow has no room", () =>
    equal(answerWay("success.json", 1, { room: 0, largeResults: true }), "by reference"));

  const hint = ` Where the process says largeResults: true, ${largestAnswer} are, and go by reference.`;
  const refused: [file: string, bytes: number, largeResults: boolean, message: string][] = [
    ["success.json", room + 1, false, `success.json has ${room + 1} bytes; ${room} are allowed.${hint}`],
    [
      "success.json",
      largestAnswer + 1,
      true,
      `success.json has ${largestAnswer + 1} bytes; ${largestAnswer} are allowed.`,
    ],
    ["failure.json", room + 1, true, `failure.json has ${room + 1} bytes; ${room} are allowed.`],
    ["heartbeat.json", room + 1, true, `heartbeat.json has ${room + 1} bytes; ${room} are allowed.`],
    ["failure.json", room + 1, false, `failure.json has ${room + 1} bytes; ${room} are allowed.`],
  ];
  for (const [file, bytes, largeResults, message] of refused) {
    it(`nowhere: ${file} of ${bytes} bytes, largeResults ${largeResults}`, () =>
      throws(() => answerWay(file, bytes, { room, largeResults }), { name: "CallbackRejected", message }));
  }

  it("by a reference of its job, step and content", () => {
    const handoff = {
      step: "approval",
      token: "t",
      requestedAt: "",
      attempt: 0,
      deadline: "",
      folder: "j1/",
    };
    equal(
      referenceText("files", referenceTo("j1", handoff, { eTag: "abc-2", bytes: 7 })),
      '{"$ref":"s3://files/outbound/j1/results/approval/abc-2.json","bytes":7}',
    );
  });
});
