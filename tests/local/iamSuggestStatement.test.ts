import assert from "node:assert/strict";
import { suggestStatement } from "../../local/iam/suggestStatement";
import { keyCases, trustCases } from "./iam/keyAndTrustCases";
import { effectCases, matchingCases } from "./iam/matchingCases";
import { combinationCases, principalCases, serviceCases } from "./iam/resourcePolicyCases";
import { conditionCases } from "./iam/conditionCases";
import {
  account,
  accountRoot,
  allowTo,
  decide,
  policiesOf,
  requestOf,
  root,
  service,
  strangersAccount,
  worker,
  type DecisionCase,
} from "./iam/decisionCase";

const key = `arn:aws:kms:eu-west-1:${account}:key/1234`;
const partner = `arn:aws:iam::${account}:role/partner`;
const s3 = service("s3.amazonaws.com", "arn:aws:s3:::jobs");
const queue = `arn:aws:sqs:eu-west-1:${account}:callbacks`;
const delegation = allowTo({ AWS: accountRoot }, "kms:*");

const suggestions: readonly {
  title: string;
  denied: Omit<DecisionCase, "title" | "expect">;
  suggested: object;
}[] = [
  {
    title: "gives a role the very action on the very resource",
    denied: { action: "s3:GetObject", resource: "arn:aws:s3:::jobs/outbound/42" },
    suggested: {
      policy: "identity",
      statement: { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::jobs/outbound/42" },
    },
  },
  {
    title: "writes wildcards and dollar signs of a key as the characters they are",
    denied: { action: "s3:GetObject", resource: "arn:aws:s3:::jobs/a*b?${c}" },
    suggested: {
      policy: "identity",
      statement: { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::jobs/a${*}b${?}${$}{c}" },
    },
  },
  {
    title: "gives an action without a resource on *",
    denied: { action: "s3:ListAllMyBuckets", resource: "*" },
    suggested: {
      policy: "identity",
      statement: { Effect: "Allow", Action: "s3:ListAllMyBuckets", Resource: "*" },
    },
  },
  {
    title: "lets a service act for its one source",
    denied: { principal: s3, action: "sqs:SendMessage", resource: queue },
    suggested: {
      policy: "resource",
      statement: {
        Effect: "Allow",
        Principal: { Service: "s3.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: queue,
        Condition: { ArnEquals: { "aws:SourceArn": "arn:aws:s3:::jobs" } },
      },
    },
  },
  {
    title: "names a role in the policy of a key that does not delegate",
    denied: { action: "kms:Decrypt", resource: key },
    suggested: {
      policy: "resource",
      statement: {
        Effect: "Allow",
        Principal: { AWS: worker.roleArn },
        Action: "kms:Decrypt",
        Resource: "*",
      },
    },
  },
  {
    title: "keeps to the identity policy where the key delegates",
    denied: { action: "kms:Decrypt", resource: key, resourcePolicy: [delegation] },
    suggested: { policy: "identity", statement: { Effect: "Allow", Action: "kms:Decrypt", Resource: key } },
  },
  {
    title: "names the root in the policy of a key",
    denied: { principal: root, action: "kms:Decrypt", resource: key },
    suggested: {
      policy: "resource",
      statement: { Effect: "Allow", Principal: { AWS: accountRoot }, Action: "kms:Decrypt", Resource: "*" },
    },
  },
  {
    title: "names a role in a trust policy, which has no resource",
    denied: { action: "sts:AssumeRole", resource: partner },
    suggested: {
      policy: "trust",
      statement: { Effect: "Allow", Principal: { AWS: worker.roleArn }, Action: "sts:AssumeRole" },
    },
  },
];

/** Denials that one more statement undoes. */
const helpless = /boundary|another account|across accounts|stranger|our account|root assume/;
const denied = [
  ...matchingCases,
  ...effectCases,
  ...conditionCases,
  ...principalCases,
  ...combinationCases,
  ...serviceCases,
  ...keyCases,
  ...trustCases,
].filter(({ title, expect, boundary }) => expect === "implicit deny" && !boundary && !helpless.test(title));

describe("suggestStatement", () => {
  for (const { title, denied: given, suggested } of suggestions) {
    it(title, () => {
      const denial = { title, expect: "implicit deny", ...given };
      assert.deepEqual(suggestStatement(requestOf(denial), policiesOf(denial)), suggested);
    });
  }

  it("takes a key to delegate nothing where the policies are not given", () => {
    const denial = {
      title: "",
      expect: "",
      action: "kms:Decrypt",
      resource: key,
      resourcePolicy: [delegation],
    };
    assert.deepEqual(suggestStatement(requestOf(denial)).policy, "resource");
  });

  it("names a stranger in the resource's policy", () => {
    const principal = { kind: "root", arn: `arn:aws:iam::${strangersAccount}:root` } as const;
    const denial = { title: "", expect: "", principal, action: "sqs:SendMessage", resource: queue };
    assert.deepEqual(suggestStatement(requestOf(denial)), {
      policy: "resource",
      statement: {
        Effect: "Allow",
        Principal: { AWS: principal.arn },
        Action: "sqs:SendMessage",
        Resource: queue,
      },
    });
  });

  for (const given of denied) {
    it(`would have allowed: ${given.title}`, () => {
      const { policy, statement } = suggestStatement(requestOf(given), policiesOf(given));
      const element = ({ identity: "identity", resource: "resourcePolicy", trust: "trustPolicy" } as const)[
        policy
      ];
      const extended = { ...given, version: "2012-10-17", [element]: [...(given[element] ?? []), statement] };
      assert.equal(decide(extended).effect, "allow");
    });
  }
});
