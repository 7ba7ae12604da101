import { readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import * as ts from "typescript";
import type { Closure } from "./closure";
import { packagingCache } from "./packagingCache";

/** A package that a closure requires, and what of it the closure uses. */
export interface UsedLibrary {
  /** What stands in the closure's `require` call. */
  readonly id: string;
  /** The names of the exports in use, sorted. */
  readonly exports: readonly string[];
}

/**
 * As `findUsedLibraries`, which this file alone decides: a closure is looked through once.
 * @throws as it does
 */
export async function usedLibraries(closure: Closure): Promise<readonly UsedLibrary[]> {
  const rules = readFileSync(__filename, "utf8");
  const find = () => Promise.resolve(JSON.stringify(findUsedLibraries(closure)));
  const found = await packagingCache.getOrMake(["libraries", rules, process.version, closure.text], find);
  return JSON.parse(found) as UsedLibrary[];
}

/**
 * Finds the packages that a serialised closure requires and the exports of each that it uses, so that only those
 * need to be bundled.
 * @throws if a package is used as a whole, which would defeat tree-shaking without a word
 */
export function findUsedLibraries(closure: Closure): UsedLibrary[] {
  const source = closure.parsed();
  const idOfVariable = requiredModules(source);
  const used = new Map<string, Set<string>>();
  const visit = (node: ts.Node): void => {
    const id = ts.isIdentifier(node) ? idOfVariable.get(node.text) : undefined;
    if (id !== undefined) addUse(node as ts.Identifier, id, used);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return [...used]
    .map(([id, exports]) => ({ id, exports: [...exports].sort() }))
    .sort((a, b) => a.id.localeCompare(b.id));
}

/** `const client_s3_1 = require("…")` at the top of the closure: variable → module, without Node's own. */
function requiredModules(source: ts.SourceFile): Map<string, string> {
  const modules = new Map<string, string>();
  for (const statement of source.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name, initializer } of statement.declarationList.declarations) {
      const id = initializer && requiredId(initializer);
      if (ts.isIdentifier(name) && id !== undefined && !isBuiltin(id)) modules.set(name.text, id);
    }
  }
  return modules;
}

function requiredId(expression: ts.Expression): string | undefined {
  if (!ts.isCallExpression(expression) || expression.expression.getText() !== "require") return undefined;
  const [argument] = expression.arguments;
  return argument && ts.isStringLiteral(argument) ? argument.text : undefined;
}

function isBuiltin(id: string): boolean {
  return id.startsWith("node:") || builtinModules.includes(id);
}

function addUse(node: ts.Identifier, id: string, used: Map<string, Set<string>>): void {
  const { parent } = node;
  if (ts.isVariableDeclaration(parent) && parent.name === node) return;
  // A property that happens to be named like the variable.
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) return;
  if (!ts.isPropertyAccessExpression(parent)) {
    const text = parent.getText().slice(0, 80);
    throw new Error(`"${id}" is used as a whole in "${text}": import the names that are needed instead`);
  }
  used.set(id, (used.get(id) ?? new Set()).add(parent.name.text));
}
