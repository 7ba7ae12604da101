import { randomUUID } from "node:crypto";
import { Session, type Runtime } from "node:inspector";
import * as vm from "node:vm";

/** What V8 knows of a function beside its text. */
export interface InspectedFunction {
  /** Where it is defined: lines and columns count from 0. */
  readonly location: {
    readonly scriptId: string;
    readonly lineNumber: number;
    readonly columnNumber?: number;
  };
  /** The scopes that it closes over, the innermost first, with the values that their variables have now. */
  readonly scopes: readonly object[];
}

/** V8's list of scopes, which is no array. */
type ScopeList = ArrayLike<{ readonly object?: object }>;

/** A context of its own, through whose global object functions are handed to the inspector, and scopes back. */
interface Exchange {
  given?: object | undefined;
  scopes?: ScopeList | undefined;
}

const objectGroup = "function";

/** Asks V8's inspector about functions: three questions each, answered at once. */
export class FunctionInspector {
  readonly #session = new Session();
  readonly #exchange: Exchange = {};
  readonly #contextId: number;

  constructor() {
    this.#session.connect();
    const name = `function inspector ${randomUUID()}`;
    let contextId: number | undefined;
    this.#session.on("Runtime.executionContextCreated", ({ params: { context } }) => {
      if (context.name === name) contextId = context.id;
    });
    vm.createContext(this.#exchange, { name });
    this.#ask("Runtime.enable");
    this.#ask("Runtime.disable");
    if (contextId === undefined) throw new Error("V8's inspector does not tell of a new context");
    this.#contextId = contextId;
  }

  /** Undefined for what has no scopes, such as a native function. */
  inspect(func: object): InspectedFunction | undefined {
    this.#exchange.given = func;
    try {
      const where = { contextId: this.#contextId, objectGroup };
      const { result } = this.#ask("Runtime.evaluate", {
        ...where,
        expression: "given",
      }) as Runtime.EvaluateReturnType;
      const { objectId = "" } = result;
      const asked = this.#ask("Runtime.getProperties", { objectId, ownProperties: true });
      const { internalProperties = [] } = asked as Runtime.GetPropertiesReturnType;
      const find = (name: string) => internalProperties.find((property) => property.name === name)?.value;
      const location = find("[[FunctionLocation]]")?.value as InspectedFunction["location"] | undefined;
      const scopes = find("[[Scopes]]")?.objectId;
      if (!location || scopes === undefined) return undefined;
      const functionDeclaration = "function () { scopes = this; }";
      this.#ask("Runtime.callFunctionOn", { objectId: scopes, functionDeclaration });
      const list = this.#exchange.scopes ?? [];
      return { location, scopes: Array.from(list, ({ object }) => object ?? []).flat() };
    } finally {
      this.#exchange.given = this.#exchange.scopes = undefined;
      this.#ask("Runtime.releaseObjectGroup", { objectGroup });
    }
  }

  /** A session of the same thread calls back before `post` returns. */
  #ask(method: string, params: object = {}): object {
    let [failure, answer]: [Error | null, object] = [null, {}];
    this.#session.post(method, params, (error, result: object = {}) => {
      [failure, answer] = [error, result];
    });
    if (failure) throw failure as Error;
    return answer;
  }

  end(): void {
    this.#session.disconnect();
  }
}
