import { equal } from "node:assert/strict";
import { describeError } from "../../cli/describeError";
import { UsageError } from "../../cli/localOptions";

describe("What a command says of an error", () => {
  const failures: [title: string, error: unknown, said: string][] = [
    ["of the command line ends with the usage", new UsageError("No."), "No.\n\nUsage"],
    ["of its own is a sentence", Object.assign(new Error("No."), { name: "FileError" }), "No."],
    [
      "of a service has its name",
      Object.assign(new Error("No."), { name: "AccessDenied" }),
      "AccessDenied: No.",
    ],
    [
      "without a region says what helps",
      new Error("Region is missing"),
      "Region is missing. Set AWS_REGION, for example to us-east-1.",
    ],
    [
      "without credentials says what helps",
      Object.assign(new Error("Could not load credentials from any providers"), {
        name: "CredentialsProviderError",
      }),
      "Could not load credentials from any providers. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY " +
        "(npm run local prints its own), or AWS_PROFILE.",
    ],
    ["that is none is shown as it is", "odd", "odd"],
  ];
  for (const [title, error, said] of failures) {
    it(title, () => equal(describeError(error, "Usage", ["FileError"]), said));
  }
});
