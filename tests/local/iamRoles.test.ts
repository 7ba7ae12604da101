import assert from "node:assert/strict";
import { evaluate } from "../../local/iam/evaluate";
import { PolicyError } from "../../local/iam/policyError";
import { RoleStore } from "../../local/iam/roles";
import { AwsError } from "../../local/services/service";

const account = { accountId: "111122223333", region: "eu-west-1", partition: "aws" } as const;
const prefix = `arn:aws:iam::${account.accountId}`;
const trust = {
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
};
const read = {
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::jobs/*" },
};

/** A document of that many characters, white space apart. */
function documentOf(length: number): string {
  const empty = JSON.stringify({ ...read, Statement: { ...read.Statement, Resource: "arn:aws:s3:::" } });
  const key = "k".repeat(length - empty.length);
  return JSON.stringify(
    { ...read, Statement: { ...read.Statement, Resource: `arn:aws:s3:::${key}` } },
    undefined,
    4,
  );
}

function trustOf(length: number): string {
  const empty = JSON.stringify({ ...trust, Id: "" });
  return JSON.stringify({ ...trust, Id: "i".repeat(length - empty.length) });
}

function storeWithRole(): RoleStore {
  const store = new RoleStore(account);
  store.createRole({ name: "worker", assumeRolePolicy: trust });
  return store;
}

const pattern = "Member must satisfy regular expression pattern";
const refusals: readonly {
  title: string;
  act: (store: RoleStore) => unknown;
  error: [string, number, string];
}[] = [
  {
    title: "a role whose name is taken, in another case",
    act: (store) => store.createRole({ name: "Worker", path: "/jobs/", assumeRolePolicy: trust }),
    error: ["EntityAlreadyExists", 409, "Role with name Worker already exists."],
  },
  {
    title: "a role name of 65 characters",
    act: (store) => store.createRole({ name: "r".repeat(65), assumeRolePolicy: trust }),
    error: [
      "ValidationError",
      400,
      `1 validation error detected: Value '${"r".repeat(65)}' at 'roleName' failed to satisfy constraint: Member must have length less than or equal to 64`,
    ],
  },
  {
    title: "a role name with a space",
    act: (store) => store.createRole({ name: "a role", assumeRolePolicy: trust }),
    error: [
      "ValidationError",
      400,
      `1 validation error detected: Value 'a role' at 'roleName' failed to satisfy constraint: ${pattern}: [\\w+=,.@-]+`,
    ],
  },
  {
    title: "a path without a slash at its end",
    act: (store) => store.createRole({ name: "other", path: "/jobs", assumeRolePolicy: trust }),
    error: [
      "ValidationError",
      400,
      `1 validation error detected: Value '/jobs' at 'path' failed to satisfy constraint: ${pattern}: \\/(?:[\\u0021-\\u007e]+\\/)?`,
    ],
  },
  {
    title: "a description of 1001 characters",
    act: (store) => store.createPolicy({ name: "read", description: "d".repeat(1001), document: read }),
    error: [
      "ValidationError",
      400,
      `1 validation error detected: Value '${"d".repeat(1001)}' at 'description' failed to satisfy constraint: Member must have length less than or equal to 1000`,
    ],
  },
  {
    title: "a description with an emoji",
    act: (store) => store.createRole({ name: "other", description: "🚀", assumeRolePolicy: trust }),
    error: [
      "ValidationError",
      400,
      `1 validation error detected: Value '🚀' at 'description' failed to satisfy constraint: ${pattern}: [\\t\\n\\r\\u0020-\\u007e\\u00a1-\\u00ff]*`,
    ],
  },
  {
    title: "a trust policy beyond 2,048 characters",
    act: (store) => store.createRole({ name: "other", assumeRolePolicy: trustOf(2049) }),
    error: ["LimitExceeded", 409, "Cannot exceed quota for ACLSizePerRole: 2048"],
  },
  {
    title: "an identity policy as trust policy",
    act: (store) => store.createRole({ name: "other", assumeRolePolicy: read }),
    error: ["MalformedPolicyDocument", 400, "statement 0, Principal: a trust policy must name one"],
  },
  {
    title: "an inline policy for an unknown role",
    act: (store) => store.putRolePolicy("nobody", "read", read),
    error: ["NoSuchEntity", 404, "The role with name nobody cannot be found."],
  },
  {
    title: "a trust policy as inline policy",
    act: (store) => store.putRolePolicy("worker", "trust", trust),
    error: [
      "MalformedPolicyDocument",
      400,
      "statement 0, Principal: an identity policy must not name a principal",
    ],
  },
  {
    title: "an inline policy whose name has a slash",
    act: (store) => store.putRolePolicy("worker", "a/b", read),
    error: [
      "ValidationError",
      400,
      `1 validation error detected: Value 'a/b' at 'policyName' failed to satisfy constraint: ${pattern}: [\\w+=,.@-]+`,
    ],
  },
  {
    title: "a managed policy beyond 6,144 characters",
    act: (store) => store.createPolicy({ name: "read", document: documentOf(6145) }),
    error: ["LimitExceeded", 409, "Cannot exceed quota for PolicySize: 6144"],
  },
  {
    title: "an attachment of a policy that does not exist",
    act: (store) => store.attachRolePolicy("worker", "arn:aws:iam::aws:policy/AdministratorAccess"),
    error: [
      "NoSuchEntity",
      404,
      "Policy arn:aws:iam::aws:policy/AdministratorAccess does not exist or is not attachable.",
    ],
  },
  {
    title: "the policies of another account's role of the same name",
    act: (store) => store.identityPoliciesOf("arn:aws:iam::444455556666:role/worker"),
    error: ["NoSuchEntity", 404, "The role with ARN arn:aws:iam::444455556666:role/worker cannot be found."],
  },
  {
    title: "the trust policy of an unknown role",
    act: (store) => store.trustPolicyOf(`${prefix}:role/nobody`),
    error: ["NoSuchEntity", 404, `The role with ARN ${prefix}:role/nobody cannot be found.`],
  },
];

describe("RoleStore", () => {
  for (const { title, act, error } of refusals) {
    it(`refuses ${title}`, () => {
      const store = storeWithRole();
      assert.throws(
        () => act(store),
        (thrown) => {
          assert.ok(thrown instanceof AwsError, String(thrown));
          assert.deepEqual([thrown.code, thrown.status, thrown.message], error);
          return true;
        },
      );
    });
  }

  it("gives roles and policies ARNs with their paths", () => {
    const store = new RoleStore(account);
    assert.deepEqual(
      [
        store.createRole({ name: "worker", assumeRolePolicy: trust }),
        store.createRole({ name: "partner", path: "/jobs/", assumeRolePolicy: trust }),
        store.createPolicy({ name: "read", document: read }),
        store.createPolicy({ name: "write", path: "/jobs/", document: read }),
      ],
      [
        `${prefix}:role/worker`,
        `${prefix}:role/jobs/partner`,
        `${prefix}:policy/read`,
        `${prefix}:policy/jobs/write`,
      ],
    );
    assert.deepEqual(store.roleArns(), [`${prefix}:role/worker`, `${prefix}:role/jobs/partner`]);
  });

  it("lists a role's inline and attached policies by name, each once", () => {
    const store = storeWithRole();
    const managed = store.createPolicy({ name: "shared", document: read });
    store.putRolePolicy("worker", "read", read);
    store.putRolePolicy("worker", "read", JSON.stringify(read));
    store.attachRolePolicy("worker", managed);
    store.attachRolePolicy("worker", managed);
    assert.deepEqual(
      store.identityPoliciesOf(`${prefix}:role/worker`).map(({ name, policy }) => [name, policy.kind]),
      [
        ["worker/read", "identity"],
        [managed, "identity"],
      ],
    );
  });

  it("replaces an inline policy of the same name", () => {
    const store = storeWithRole();
    store.putRolePolicy("worker", "read", read);
    store.putRolePolicy("worker", "read", { ...read, Statement: { ...read.Statement, Effect: "Deny" } });
    const effects = store
      .identityPoliciesOf(`${prefix}:role/worker`)
      .flatMap(({ policy }) => policy.statements.map(({ effect }) => effect));
    assert.deepEqual(effects, ["Deny"]);
  });

  it("keeps the old policy where a new one is refused", () => {
    const store = storeWithRole();
    store.putRolePolicy("worker", "read", read);
    assert.throws(() => store.putRolePolicy("worker", "read", {}), PolicyError);
    assert.equal(store.identityPoliciesOf(`${prefix}:role/worker`).length, 1);
  });

  it("counts inline policies together, without white space, and a replaced one no more", () => {
    const store = storeWithRole();
    store.putRolePolicy("worker", "a", documentOf(10_000));
    store.putRolePolicy("worker", "b", documentOf(240));
    assert.throws(() => store.putRolePolicy("worker", "b", documentOf(241)), {
      name: "LimitExceeded",
      message: "Maximum policy size of 10240 bytes exceeded for role worker",
    });
    store.putRolePolicy("worker", "a", documentOf(200));
    store.putRolePolicy("worker", "b", documentOf(10_040));
  });

  it("takes a managed policy of 6,144 characters and a trust policy of 2,048", () => {
    const store = new RoleStore(account);
    store.createPolicy({ name: "large", document: documentOf(6144) });
    store.createRole({ name: "worker", assumeRolePolicy: trustOf(2048) });
    assert.deepEqual(store.roleArns(), [`${prefix}:role/worker`]);
  });

  it("refuses a managed policy whose name is taken, whatever its path and case", () => {
    const store = new RoleStore(account);
    store.createPolicy({ name: "read", path: "/jobs/", document: read });
    assert.throws(() => store.createPolicy({ name: "READ", document: read }), {
      name: "EntityAlreadyExists",
      message: "A policy called READ already exists. Duplicate names are not allowed.",
    });
  });

  it("attaches ten managed policies to a role and no eleventh", () => {
    const store = storeWithRole();
    const arns = Array.from({ length: 11 }, (_, i) => store.createPolicy({ name: `p${i}`, document: read }));
    for (const arn of arns.slice(0, 10)) store.attachRolePolicy("worker", arn);
    assert.throws(() => store.attachRolePolicy("worker", arns[10] ?? ""), {
      name: "LimitExceeded",
      message: "Cannot exceed quota for PoliciesPerRole: 10",
    });
  });

  it("gives the evaluator what it needs", () => {
    const store = storeWithRole();
    const roleArn = `${prefix}:role/worker`;
    store.putRolePolicy("worker", "read", read);
    const principal = {
      kind: "role",
      roleArn,
      arn: `arn:aws:sts::${account.accountId}:assumed-role/worker/s`,
    } as const;
    const common = { context: {}, accountId: account.accountId };
    assert.deepEqual(
      evaluate(
        { principal, action: "s3:GetObject", resource: "arn:aws:s3:::jobs/x", ...common },
        { identity: store.identityPoliciesOf(roleArn) },
      ),
      { effect: "allow", by: [{ policy: "worker/read", statement: 0 }] },
    );
    const lambda = {
      kind: "service",
      service: "lambda.amazonaws.com",
      sourceArn: "arn:aws:lambda:::function:f",
    } as const;
    assert.deepEqual(
      evaluate(
        { principal: lambda, action: "sts:AssumeRole", resource: roleArn, ...common },
        { identity: [], resource: store.trustPolicyOf(roleArn) },
      ),
      { effect: "allow", by: [{ policy: "worker/trust policy", statement: 0 }] },
    );
  });
});
