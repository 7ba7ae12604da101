import * as ts from "typescript";

/** A function of ours in a serialised closure. */
export interface ClosureFunction {
  /** Its name in the source, if it has one. */
  readonly name: string | undefined;
  /** From its first parameter to its end, which Pulumi leaves as it was. */
  readonly text: string;
  /** Where the text begins in the closure. */
  readonly offset: number;
}

/** Pulumi wraps each function of a closure: `function __name() { … with({ … }) { return <the function>; } … }`. */
export function closureFunctions(closure: ts.SourceFile): ClosureFunction[] {
  const found: ClosureFunction[] = [];
  const visit = (node: ts.Node): void => {
    const inner = ts.isWithStatement(node) ? returnedFunction(node.statement) : undefined;
    if (inner) found.push(describe(inner, closure));
    else ts.forEachChild(node, visit);
  };
  visit(closure);
  return found;
}

type Inner = ts.FunctionExpression | ts.ArrowFunction;

function returnedFunction(block: ts.Statement): Inner | undefined {
  if (!ts.isBlock(block)) return undefined;
  const [first] = block.statements;
  if (!first || !ts.isReturnStatement(first) || !first.expression) return undefined;
  const { expression } = first;
  return ts.isFunctionExpression(expression) || ts.isArrowFunction(expression) ? expression : undefined;
}

/** Pulumi keeps the name of a function expression in a comment. */
function describe(inner: Inner, { text: closure }: ts.SourceFile): ClosureFunction {
  const { pos: offset } = inner.parameters;
  const head = closure.slice(inner.getStart(), offset);
  const text = closure.slice(offset, inner.end);
  return { name: /\/\*([\w$]+)\*\//.exec(head)?.[1], text, offset };
}
