import { format, unescapeText } from "./format";
import { intrinsicFailure, intrinsicFunctions } from "./intrinsicFunctions";
import { parseIntrinsic, type IntrinsicArgument, type IntrinsicCall } from "./intrinsicSyntax";
import { readPath } from "./paths";
import { runtimeError } from "./statesError";

/**
 * Fills in a payload template (`Parameters`, `ResultSelector`): a field whose name ends in `.$` holds a path or an intrinsic function.
 * Source: https://states-language.net/spec.html#payload-template
 */
export function fillTemplate(template: unknown, input: unknown, context: object): unknown {
  if (Array.isArray(template)) return template.map((item) => fillTemplate(item, input, context));
  if (typeof template !== "object" || template === null) return template;
  return Object.fromEntries(
    Object.entries(template).map(([key, value]: [string, unknown]) =>
      key.endsWith(".$")
        ? [key.slice(0, -2), evaluateField(key, String(value), input, context)]
        : [key, fillTemplate(value, input, context)],
    ),
  );
}

/** The value of a path or an intrinsic function that stands in `field`. */
export function evaluateField(field: string, expression: string, input: unknown, context: object): unknown {
  if (expression.startsWith("$")) return requireValue(field, expression, input, context);
  return evaluateCall(parseIntrinsic(expression), field, input, context);
}

function evaluateCall(call: IntrinsicCall, field: string, input: unknown, context: object): unknown {
  const values = call.arguments.map((argument) => evaluateArgument(argument, field, input, context));
  if (call.name === "States.Format") return evaluateFormat(call, values);
  const implementation = intrinsicFunctions[call.name];
  if (!implementation) throw intrinsicFailure(`unknown Intrinsic Function '${call.name}'`);
  return implementation(...values);
}

function evaluateFormat(call: IntrinsicCall, values: readonly unknown[]): string {
  const [first] = call.arguments;
  const template = first?.kind === "text" ? first.raw : values[0];
  if (typeof template !== "string") throw intrinsicFailure("the template of States.Format is not a string");
  return format(template, values.slice(1));
}

function evaluateArgument(
  argument: IntrinsicArgument,
  field: string,
  input: unknown,
  context: object,
): unknown {
  switch (argument.kind) {
    case "text":
      return unescapeText(argument.raw);
    case "value":
      return argument.value;
    case "path":
      return requireValue(field, argument.path, input, context);
    case "call":
      return evaluateCall(argument, field, input, context);
  }
}

function requireValue(field: string, path: string, input: unknown, context: object): unknown {
  const value = readPath(path, input, context);
  if (value === undefined) {
    throw runtimeError(
      `The JSONPath '${path}' specified for the field '${field}' could not be found in the input '${JSON.stringify(input)}'`,
    );
  }
  return value;
}
