/** What dynalite's parsers are given beside the text. */
export interface ParsingContext {
  readonly attrNames?: Readonly<Record<string, string>> | undefined;
  readonly attrVals?: Readonly<Record<string, object>> | undefined;
  /** The parser takes the names that it meets away from these two. */
  readonly unusedAttrNames?: Record<string, true>;
  readonly unusedAttrVals?: Record<string, true>;
  readonly isKeyCondition?: boolean;
}

/** A parser of `dynalite/db`. */
export interface ExpressionParser {
  /** The parsed expression, with the values of its placeholders in it, or what is wrong with it. */
  readonly parse: (text: string, options: { context: ParsingContext }) => unknown;
}

/** A parsed expression, with placeholders where it had values. */
interface Remembered {
  readonly template: unknown;
  readonly names: readonly string[];
  readonly values: readonly string[];
}

class Placeholder {
  constructor(readonly name: string) {}
}

const mostRemembered = 1000;

/** Here it matters to the parser what values are, and not only of which type. */
const dependsOnValues = /between|attribute_type/i;

/**
 * Parses what was parsed before from memory: programs send the same expressions with other values all the time, and
 * parsing one takes longer than carrying it out.
 */
export function rememberExpressions({ parse }: ExpressionParser): ExpressionParser {
  const memory = new Map<string, Remembered>();
  return {
    parse(text, options) {
      if (dependsOnValues.test(text)) return parse(text, options);
      const { context } = options;
      const key = keyOf(text, context);
      const known = memory.get(key);
      if (known) return recall(known, context);
      const own = { ...context, ...unusedOf(context) };
      const parsed = parse(text, { context: own });
      const fresh = {
        template: templateOf(parsed, new Map(namesByValue(context))),
        names: Object.keys(context.attrNames ?? {}).filter((name) => !(name in own.unusedAttrNames)),
        values: Object.keys(context.attrVals ?? {}).filter((name) => !(name in own.unusedAttrVals)),
      };
      if (memory.size >= mostRemembered) memory.clear();
      // What is wrong is said in words that may name values.
      if (typeof parsed === "object") memory.set(key, fresh);
      return recall(fresh, context);
    },
  };
}

/** Of a value only the type matters. */
function keyOf(text: string, { attrNames, attrVals = {}, isKeyCondition }: ParsingContext): string {
  const types = Object.entries(attrVals).map(([name, value]) => [name, Object.keys(value)]);
  return JSON.stringify([text, attrNames, types, isKeyCondition]);
}

function unusedOf({ attrNames = {}, attrVals = {} }: ParsingContext) {
  const all = (of: object) => Object.fromEntries(Object.keys(of).map((name) => [name, true as const]));
  return { unusedAttrNames: all(attrNames), unusedAttrVals: all(attrVals) };
}

function namesByValue({ attrVals = {} }: ParsingContext): [object, string][] {
  return Object.entries(attrVals).map(([name, value]) => [value, name]);
}

function recall({ template, names, values }: Remembered, context: ParsingContext): unknown {
  for (const name of names) delete context.unusedAttrNames?.[name];
  for (const name of values) delete context.unusedAttrVals?.[name];
  return filled(template, context.attrVals ?? {});
}

function templateOf(part: unknown, names: ReadonlyMap<object, string>): unknown {
  if (typeof part !== "object" || part === null) return part;
  const name = names.get(part);
  if (name !== undefined) return new Placeholder(name);
  return copied(part, (inner) => templateOf(inner, names));
}

/** A new copy each time, for dynalite changes what it parsed. */
function filled(part: unknown, values: Readonly<Record<string, object>>): unknown {
  if (typeof part !== "object" || part === null) return part;
  if (part instanceof Placeholder) return values[part.name];
  return copied(part, (inner) => filled(inner, values));
}

function copied(part: object, copy: (inner: unknown) => unknown): unknown {
  if (Array.isArray(part)) return part.map(copy);
  return Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, copy(inner)]));
}
