import { deepEqual } from "node:assert/strict";
import { parseSubmission } from "../../functions/lib/submission";

const processes = {
  apost: {
    parameters: {
      type: "object",
      properties: {
        date: { type: "string", format: "date" },
        nested: { type: "array", items: { type: "integer" } },
      },
      required: ["date"],
      additionalProperties: false,
    },
    steps: ["only"],
  },
  settlement: { parameters: { type: "object" }, steps: ["only"] },
};

const parse = (body: unknown) =>
  parseSubmission(typeof body === "string" ? body : JSON.stringify(body), processes);

describe("A submission", () => {
  it("is read with its client and parameters", () => {
    const body = { process: "apost", client: "2Sigma", parameters: { date: "2018-08-31" } };
    deepEqual(parse(body), body);
  });

  it("has no parameters if none are given, and no client", () => {
    deepEqual(parse({ process: "settlement" }), { process: "settlement", parameters: {} });
  });

  it("is refused when its process is one of JavaScript's own properties", () => {
    const detail = 'There is no process "constructor". Known processes: apost, settlement.';
    deepEqual(parse({ process: "constructor" }), {
      status: 422,
      title: "Unprocessable Content",
      detail,
      errors: [{ pointer: "/process", detail }],
    });
  });

  const badRequests: [title: string, body: unknown, detail: string, errors?: object[]][] = [
    ["nothing", "", "The body is not JSON."],
    ["not JSON", "{", "The body is not JSON."],
    ["an array", [], "The body is an array; it must be a JSON object."],
    ["null", "null", "The body is null; it must be a JSON object."],
    ["a number", 3, "The body is a number; it must be a JSON object."],
    ["no process", {}, "shape", [{ pointer: "/process", detail: "is required" }]],
    [
      "a process that is a number",
      { process: 1 },
      "shape",
      [{ pointer: "/process", detail: "must be a string" }],
    ],
    [
      "an empty client and parameters that are a list",
      { process: "apost", client: "", parameters: [] },
      "shape",
      [
        { pointer: "/client", detail: "must be a string of 1 to 256 characters" },
        { pointer: "/parameters", detail: "must be an object" },
      ],
    ],
    [
      "a property that it does not have, with a slash in its name",
      { process: "apost", "a/b~c": 1 },
      "shape",
      [{ pointer: "/a~1b~0c", detail: "is not a property of a job; process, client and parameters are" }],
    ],
  ];
  for (const [title, body, detail, errors] of badRequests) {
    it(`is refused with 400 when it is or has ${title}`, () => {
      const said = detail === "shape" ? "The body does not have the shape of a job." : detail;
      deepEqual(parse(body), {
        status: 400,
        title: "Bad Request",
        detail: said,
        ...(errors ? { errors } : {}),
      });
    });
  }

  const mismatches: [title: string, parameters: object, errors: object[]][] = [
    [
      "a required parameter is missing",
      {},
      [{ pointer: "/parameters", detail: 'Instance does not have required property "date".' }],
    ],
    [
      "a format does not match",
      { date: "31.08.2018" },
      [{ pointer: "/parameters/date", detail: 'String does not match format "date".' }],
    ],
    [
      "several things deep inside are wrong",
      { date: "2018-08-31", nested: [1, "x", 2.5] },
      [
        { pointer: "/parameters/nested/1", detail: 'Instance type "string" is invalid. Expected "integer".' },
        { pointer: "/parameters/nested/2", detail: 'Instance type "number" is invalid. Expected "integer".' },
      ],
    ],
  ];
  for (const [title, parameters, errors] of mismatches) {
    it(`is refused with 422 and a pointer each when ${title}`, () => {
      deepEqual(parse({ process: "apost", parameters }), {
        status: 422,
        title: "Unprocessable Content",
        detail: 'The parameters do not match the schema of "apost".',
        errors,
      });
    });
  }

  it("is refused with 413 when its parameters take more than 64 KB, and taken when they take just that", () => {
    const overhead = Buffer.byteLength('{"text":""}');
    const fits = {
      process: "settlement",
      parameters: { text: "é".repeat((65_536 - overhead - 1) / 2) + "x" },
    };
    deepEqual(parse(fits), fits);
    const tooMuch = { process: "settlement", parameters: { text: `${fits.parameters.text}x` } };
    deepEqual(parse(tooMuch), {
      status: 413,
      title: "Content Too Large",
      detail: "The parameters take 65537 bytes; 65536 are allowed. Put large input into S3 and pass its URL.",
    });
  });
});
