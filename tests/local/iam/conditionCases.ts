import { allow, deny, type DecisionCase } from "./decisionCase";

type Context = NonNullable<DecisionCase["context"]>;

/** Conditions beyond one operator and one value: title, condition, context, whether it holds. */
const rows: readonly [string, object, Context, boolean][] = [
  [
    "finds a key whatever its case",
    { StringEquals: { "AWS:sourceaccount": "1" } },
    { "aws:SourceAccount": "1" },
    true,
  ],
  [
    "asks all operators: both hold",
    bothOperators(),
    { "aws:SecureTransport": "true", "s3:prefix": "a" },
    true,
  ],
  [
    "asks all operators: one fails",
    bothOperators(),
    { "aws:SecureTransport": "false", "s3:prefix": "a" },
    false,
  ],
  ["asks all keys: both hold", bothKeys(), { "t:a": "1", "t:b": "2" }, true],
  ["asks all keys: one fails", bothKeys(), { "t:a": "1", "t:b": "3" }, false],
  ["asks all keys: one is missing", bothKeys(), { "t:a": "1" }, false],
  ["holds without any operator", {}, {}, true],
  ["fails a positive operator without values", { StringEquals: { "t:a": [] } }, { "t:a": "1" }, false],
  ["holds a negated operator without values", { StringNotEquals: { "t:a": [] } }, { "t:a": "1" }, true],
  ["takes a number for its text", { StringEquals: { "t:a": 5 } }, { "t:a": "5" }, true],
  ["takes a list of one value for that value", { StringEquals: { "t:a": "1" } }, { "t:a": ["1"] }, true],
  ["takes an empty list for a missing key", { StringEquals: { "t:a": "1" } }, { "t:a": [] }, false],
  ["does not let StringEquals know wildcards", { StringEquals: { "t:a": "a*" } }, { "t:a": "ab" }, false],
  ["lets StringEquals take an asterisk literally", { StringEquals: { "t:a": "a*" } }, { "t:a": "a*" }, true],
  [
    "lets no Allow rest on several values without a qualifier",
    { StringEquals: { "t:a": "1" } },
    { "t:a": ["1", "2"] },
    false,
  ],
  ["nor on a negation of them", { StringNotEquals: { "t:a": "3" } }, { "t:a": ["1", "2"] }, false],
  ["Null true holds for a missing key", { Null: { "t:a": "true" } }, {}, true],
  ["Null true fails for a key", { Null: { "t:a": "true" } }, { "t:a": "1" }, false],
  ["Null false holds for a key", { Null: { "t:a": false } }, { "t:a": "1" }, true],
  ["Null false fails for a missing key", { Null: { "t:a": "false" } }, {}, false],
  ["Null takes an empty value for null", { Null: { "t:a": "true" } }, { "t:a": "" }, true],
  ["Null takes an empty list for null", { Null: { "t:a": "false" } }, { "t:a": [] }, false],
  ["ForAnyValue holds where one value fits", any("StringEquals"), { "t:k": ["x", "a"] }, true],
  ["ForAnyValue fails where no value fits", any("StringEquals"), { "t:k": ["x", "y"] }, false],
  ["ForAnyValue fails for a missing key", any("StringEquals"), {}, false],
  ["ForAnyValue fails for an empty set", any("StringEquals"), { "t:k": [] }, false],
  ["ForAnyValue takes an empty value for an empty set", any("StringLike", "*"), { "t:k": "" }, false],
  ["ForAnyValue holds for a single value", any("StringEquals"), { "t:k": "a" }, true],
  ["ForAnyValue … IfExists holds for a missing key", any("StringEqualsIfExists"), {}, true],
  ["ForAnyValue … IfExists fails where no value fits", any("StringEqualsIfExists"), { "t:k": ["x"] }, false],
  [
    "ForAnyValue of a negation holds where one value is not listed",
    any("StringNotEquals"),
    { "t:k": ["a", "x"] },
    true,
  ],
  [
    "ForAnyValue of a negation fails where all are listed",
    any("StringNotEquals"),
    { "t:k": ["a", "b"] },
    false,
  ],
  ["ForAnyValue of a negation fails for a missing key", any("StringNotEquals"), {}, false],
  [
    "ForAnyValue compares ARNs",
    any("ArnLike", "arn:aws:s3:::*"),
    { "t:k": ["x", "arn:aws:s3:::jobs"] },
    true,
  ],
  ["ForAnyValue compares numbers", any("NumericGreaterThan", "5"), { "t:k": ["1", "6"] }, true],
  ["ForAllValues holds where all values fit", all("StringEquals"), { "t:k": ["a", "b", "a"] }, true],
  ["ForAllValues fails where one value does not fit", all("StringEquals"), { "t:k": ["a", "x"] }, false],
  ["ForAllValues holds for a missing key", all("StringEquals"), {}, true],
  ["ForAllValues holds for an empty set", all("StringEquals"), { "t:k": [] }, true],
  ["ForAllValues takes an empty value for an empty set", all("StringEquals"), { "t:k": "" }, true],
  [
    "ForAllValues … IfExists fails where one value does not fit",
    all("StringEqualsIfExists"),
    { "t:k": ["x"] },
    false,
  ],
  [
    "ForAllValues of a negation holds where no value is listed",
    all("StringNotEquals"),
    { "t:k": ["x", "y"] },
    true,
  ],
  [
    "ForAllValues of a negation fails where one is listed",
    all("StringNotEquals"),
    { "t:k": ["x", "a"] },
    false,
  ],
  ["ForAllValues of a negation holds for a missing key", all("StringNotEquals"), {}, true],
  [
    "ForAllValues knows wildcards in StringLike",
    all("StringLike", "key*"),
    { "t:k": ["key1", "key2"] },
    true,
  ],
  [
    "ForAllValues with Null false asks for the key",
    { ...all("StringEquals"), Null: { "t:k": "false" } },
    {},
    false,
  ],
];

function bothOperators(): object {
  return { Bool: { "aws:SecureTransport": "true" }, StringLike: { "s3:prefix": ["a", "b"] } };
}

function bothKeys(): object {
  return { StringEquals: { "t:a": "1", "t:b": "2" } };
}

function any(operator: string, value: unknown = ["a", "b"]): object {
  return { [`ForAnyValue:${operator}`]: { "t:k": value } };
}

function all(operator: string, value: unknown = ["a", "b"]): object {
  return { [`ForAllValues:${operator}`]: { "t:k": value } };
}

export const conditionCases: readonly DecisionCase[] = [
  ...rows.map(([title, condition, context, holds]) => ({
    title,
    action: "s3:GetObject",
    resource: "arn:aws:s3:::jobs/x",
    context,
    identity: [allow("s3:*", "*", { Condition: condition })],
    expect: holds ? "allow by identity 0" : "implicit deny",
  })),
  {
    title: "lets a Deny stand on several values without a qualifier",
    action: "s3:GetObject",
    resource: "arn:aws:s3:::jobs/x",
    context: { "t:a": ["1", "2"] },
    identity: [allow("*"), deny("*", "*", { Condition: { StringEquals: { "t:a": "9" } } })],
    expect: "explicit deny by identity 1",
  },
];
