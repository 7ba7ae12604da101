/** An attribute of an SQS or SNS message, as JSON carries it: binary values in base64. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

const typePattern = /^(String|Number|Binary)(\..+)?$/;

/** Letters, digits, `_`, `-` and dots; a dot neither first, last, nor twice in a row. */
const namePattern = /^(?!\.)(?!.*\.\.)(?!.*\.$)[A-Za-z0-9_.-]{1,256}$/;

/**
 * What is wrong with the attributes of a message, if anything.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 */
export function messageAttributesProblem(attributes: MessageAttributes): string | undefined {
  for (const [name, attribute] of Object.entries(attributes)) {
    const problem = attributeProblem(name, attribute);
    if (problem) return problem;
  }
  return undefined;
}

function attributeProblem(name: string, attribute: MessageAttribute): string | undefined {
  if (!namePattern.test(name)) {
    return `Message (user) attribute name '${name}' can contain only A-Z, a-z, 0-9, _, - and single inner dots.`;
  }
  const [, kind] = typePattern.exec(attribute.DataType ?? "") ?? [];
  if (!kind) {
    return (
      `The type of message (user) attribute '${name}' is invalid. You must use only the following ` +
      "supported type prefixes: Binary, Number, String."
    );
  }
  const value = kind === "Binary" ? attribute.BinaryValue : attribute.StringValue;
  if (!value) return `Message (user) attribute '${name}' must contain a non-empty value of type '${kind}'.`;
  if (kind === "Number" && !Number.isFinite(Number(value))) {
    return `Can't cast the value of message (user) attribute '${name}' to a number.`;
  }
  return undefined;
}
