import assert from "node:assert/strict";
import { decide, inWords, type DecisionCase } from "./iam/decisionCase";
import { conditionCases } from "./iam/conditionCases";
import { documentedCases } from "./iam/documentedCases";
import { keyCases, trustCases } from "./iam/keyAndTrustCases";
import { effectCases, matchingCases } from "./iam/matchingCases";
import { operatorCases } from "./iam/operatorCases";
import { combinationCases, principalCases, serviceCases } from "./iam/resourcePolicyCases";
import { variableCases } from "./iam/variableCases";

const groups: Readonly<Record<string, readonly DecisionCase[]>> = {
  "a statement's action and resource": matchingCases,
  "the effects of statements": effectCases,
  "a policy variable": variableCases,
  "a condition operator": operatorCases,
  "a condition": conditionCases,
  "a resource's policy": principalCases,
  "policies together": combinationCases,
  "the policy of a key": keyCases,
  "the trust policy of a role": trustCases,
  "the policies for services": serviceCases,
  "AWS's own examples": documentedCases,
};

describe("evaluate", () => {
  for (const [group, cases] of Object.entries(groups)) {
    describe(group, () => {
      for (const given of cases) {
        it(given.title, () => assert.equal(inWords(decide(given)), given.expect));
      }
    });
  }

  it("has a title of its own for every case of a group", () => {
    for (const [group, cases] of Object.entries(groups)) {
      assert.equal(new Set(cases.map(({ title }) => title)).size, cases.length, group);
    }
  });
});
