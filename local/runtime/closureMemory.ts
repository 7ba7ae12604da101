import { createRequire } from "node:module";

type Inspected = (func: object, ...details: readonly unknown[]) => Promise<unknown>;
type Parsed = (text: string) => unknown;

/** The parts of Pulumi's serialisation of closures that ask the same again for each function that is deployed. */
interface ClosureParts {
  readonly v8: { getFunctionLocationAsync: Inspected; lookupCapturedVariableValueAsync: Inspected };
  readonly parser: { parseFunction: Parsed };
}

const load = createRequire(__filename);

function closureParts(): ClosureParts {
  const folder = "@pulumi/pulumi/runtime/closure";
  return {
    v8: load(`${folder}/v8`) as ClosureParts["v8"],
    parser: load(`${folder}/parseFunction`) as ClosureParts["parser"],
  };
}

/**
 * Has Pulumi remember, while a program runs, where a function is, what its variables are and how its text is parsed. It
 * serialises each deployed function by itself, and asks V8's inspector and TypeScript anew for all that they share, which
 * is nearly everything: a third of what evaluating the program takes. What is serialised is the same, as long as no variable
 * that functions capture is changed between one deployed function and the next.
 * @returns what ends it
 */
export function withClosureMemory(): () => void {
  const { v8, parser } = closureParts();
  const { getFunctionLocationAsync, lookupCapturedVariableValueAsync } = v8;
  const { parseFunction } = parser;
  v8.getFunctionLocationAsync = rememberingInspected(getFunctionLocationAsync);
  v8.lookupCapturedVariableValueAsync = rememberingInspected(lookupCapturedVariableValueAsync);
  parser.parseFunction = rememberingParsed(parseFunction);
  return () => {
    Object.assign(v8, { getFunctionLocationAsync, lookupCapturedVariableValueAsync });
    Object.assign(parser, { parseFunction });
  };
}

/** By function, and by what is asked about it. What cannot be answered is asked again. */
function rememberingInspected(ask: Inspected): Inspected {
  const answers = new WeakMap<object, Map<string, Promise<unknown>>>();
  return (func, ...details) => {
    const known = answers.get(func) ?? new Map<string, Promise<unknown>>();
    answers.set(func, known);
    const question = JSON.stringify(details);
    const before = known.get(question);
    if (before) return before;
    const answer = ask(func, ...details);
    known.set(question, answer);
    answer.catch(() => known.delete(question));
    return answer;
  };
}

function rememberingParsed(parse: Parsed): Parsed {
  const answers = new Map<string, unknown>();
  return (text) => {
    if (!answers.has(text)) answers.set(text, parse(text));
    return answers.get(text);
  };
}
