import assert from "node:assert/strict";
import { parsePolicy } from "../../local/iam/policyDocument";
import { PolicyError } from "../../local/iam/policyError";
import { malformedPolicies } from "./iam/malformedPolicies";

function refusal(parse: () => unknown): PolicyError {
  try {
    parse();
  } catch (error) {
    assert.ok(error instanceof PolicyError, String(error));
    return error;
  }
  return assert.fail("the policy was accepted");
}

describe("parsePolicy", () => {
  for (const { title, kind = "identity", document, error } of malformedPolicies) {
    it(`refuses ${title}`, () => {
      assert.equal(refusal(() => parsePolicy(document, kind)).message, error);
    });
    if (typeof document !== "string") {
      it(`refuses ${title} as text`, () => {
        assert.equal(refusal(() => parsePolicy(JSON.stringify(document), kind)).message, error);
      });
    }
  }

  it("refuses what is not JSON", () => {
    assert.match(refusal(() => parsePolicy("{Statement}", "identity")).message, /^policy: is not JSON: /);
  });

  it("refuses with IAM's code, and says place and rule apart", () => {
    const { code, status, place, rule } = refusal(() => parsePolicy({ Version: "2012-10-17" }, "identity"));
    assert.deepEqual(
      { code, status, place, rule },
      {
        code: "MalformedPolicyDocument",
        status: 400,
        place: "policy",
        rule: "must have at least one statement",
      },
    );
  });

  it("makes a statement of text and object alike, without brackets around one", () => {
    const document = {
      Version: "2012-10-17",
      Statement: { Sid: "Read", Effect: "Allow", Action: "s3:G*", Resource: "*" },
    };
    const any = { many: true, colons: true };
    const expected = {
      kind: "identity",
      version: "2012-10-17",
      statements: [
        {
          sid: "Read",
          effect: "Allow",
          action: { negated: false, templates: [["s", "3", ":", "g", any]] },
          resource: { negated: false, templates: [[any]] },
          conditions: [],
        },
      ],
    };
    assert.deepEqual(parsePolicy(document, "identity"), expected);
    assert.deepEqual(parsePolicy(JSON.stringify(document, undefined, 2), "identity"), expected);
  });

  it("takes a document without a version for one of 2008-10-17", () => {
    const { version } = parsePolicy(
      { Statement: { Effect: "Deny", Action: "*", Resource: "*" } },
      "identity",
    );
    assert.equal(version, "2008-10-17");
  });

  it("lets a resource's policy have an Id, and Sids with spaces, twice", () => {
    const statement = { Sid: "of the queue", Effect: "Deny", Principal: "*", Action: "sqs:*", Resource: "*" };
    const { statements } = parsePolicy({ Id: "my queue", Statement: [statement, statement] }, "resource");
    assert.deepEqual(
      statements.map(({ sid }) => sid),
      ["of the queue", "of the queue"],
    );
  });

  it("makes an account's number the ARN of its root", () => {
    const Principal = { AWS: ["111122223333"], Service: "s3.amazonaws.com", CanonicalUser: "79a5" };
    const { statements } = parsePolicy(
      { Statement: { Effect: "Allow", Principal, Action: "sts:*" } },
      "trust",
    );
    assert.deepEqual(statements[0]?.principal, {
      negated: false,
      everyone: false,
      aws: new Set(["arn:aws:iam::111122223333:root"]),
      services: new Set(["s3.amazonaws.com"]),
    });
  });
});
