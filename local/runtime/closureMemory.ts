import { createRequire } from "node:module";
import { FunctionInspector, type InspectedFunction } from "./functionInspector";
import { ParsedFunctions, type Parse } from "./parsedFunctions";

interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

type Locate = (func: object) => Promise<Location>;
type LookUp = (func: object, variable: string, throwOnFailure: boolean) => Promise<unknown>;

/** The parts of Pulumi's serialisation of closures that ask the same again for each function that is deployed. */
interface V8 {
  readonly getFunctionLocationAsync: Locate;
  readonly lookupCapturedVariableValueAsync: LookUp;
}

interface Parser {
  readonly parseFunction: Parse;
}

/** Knows scripts, once it has a session. */
interface Hooks {
  readonly getSessionAsync: () => Promise<unknown>;
  readonly getScriptUrl: (scriptId: string) => string | undefined;
}

const load = createRequire(__filename);
const part = (name: string): unknown => load(`@pulumi/pulumi/runtime/closure/${name}`);

/**
 * Has Pulumi remember, while a program runs, where a function is, what it closes over and how its text is parsed. It
 * serialises each deployed function by itself, and asks V8's inspector and TypeScript anew for each variable of each
 * function that they share, which is nearly everything: a third of what evaluating the program takes. What is serialised
 * is the same, as long as no variable that functions capture is changed between one deployed function and the next.
 * @returns what ends it
 */
export function withClosureMemory(): () => void {
  const v8 = part("v8") as V8;
  const parser = part("parseFunction") as Parser;
  const { getFunctionLocationAsync, lookupCapturedVariableValueAsync } = v8;
  const { parseFunction } = parser;
  const inspector = new FunctionInspector();
  const parsed = new ParsedFunctions(parseFunction);
  Object.assign(v8, rememberingInspected(v8, inspector));
  Object.assign(parser, { parseFunction: (text: string) => parsed.of(text) });
  return () => {
    Object.assign(v8, { getFunctionLocationAsync, lookupCapturedVariableValueAsync });
    Object.assign(parser, { parseFunction });
    inspector.end();
    parsed.save();
  };
}

/** What V8 does not tell is left to Pulumi. */
function rememberingInspected({ ...pulumi }: V8, inspector: FunctionInspector): V8 {
  const hooks = part("v8Hooks") as Hooks;
  const known = new WeakMap<object, InspectedFunction | null>();
  const inspect = (func: object): InspectedFunction | undefined => {
    const before = known.get(func);
    if (before !== undefined) return before ?? undefined;
    const inspected = inspector.inspect(func);
    known.set(func, inspected ?? null);
    return inspected;
  };
  return {
    async getFunctionLocationAsync(func) {
      // Its session hears of scripts.
      await hooks.getSessionAsync();
      const inspected = inspect(func);
      if (!inspected) return pulumi.getFunctionLocationAsync(func);
      const { scriptId, lineNumber = 0, columnNumber = 0 } = inspected.location;
      return { file: hooks.getScriptUrl(scriptId) ?? "", line: lineNumber, column: columnNumber };
    },
    async lookupCapturedVariableValueAsync(func, variable, throwOnFailure) {
      const scope = inspect(func)?.scopes.find((variables) => variable in variables);
      if (!scope) return pulumi.lookupCapturedVariableValueAsync(func, variable, throwOnFailure);
      return Reflect.get(scope, variable) as unknown;
    },
  };
}
