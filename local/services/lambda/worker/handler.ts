import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { isError, RuntimeError } from "./errors";
import type { InvocationContext } from "./context";

export type Handler = (event: unknown, context: InvocationContext) => unknown;

/**
 * Finds the function that a handler string such as `folder/index.handler` names.
 * Source: https://github.com/aws/aws-lambda-nodejs-runtime-interface-client (src/UserFunction.js)
 * @param root where the archive's files are
 * @throws RuntimeError where Lambda's runtime refuses the handler or cannot import its module
 */
export async function loadHandler(root: string, handlerString: string): Promise<Handler> {
  if (handlerString.includes("..")) {
    throw new RuntimeError(
      "MalformedHandlerName",
      `'${handlerString}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`,
    );
  }
  const [, moduleName, functionPath] = /^([^.]*)\.(.*)$/.exec(basename(handlerString)) ?? [];
  if (moduleName === undefined || functionPath === undefined) {
    throw new RuntimeError("MalformedHandlerName", "Bad handler");
  }
  const module = await importModule(root, join(dirname(handlerString), moduleName));
  return checkHandler(property(module, functionPath), handlerString);
}

function property(module: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((value, name) => {
    const isObject = (typeof value === "object" && value !== null) || typeof value === "function";
    return isObject ? Reflect.get(value, name) : undefined;
  }, module);
}

function checkHandler(handler: unknown, handlerString: string): Handler {
  if (!handler) throw new RuntimeError("HandlerNotFound", `${handlerString} is undefined or not exported`);
  if (typeof handler !== "function") {
    throw new RuntimeError("HandlerNotFound", `${handlerString} is not a function`);
  }
  if (handler.length >= 3) {
    throw new RuntimeError(
      "CallbackHandlerDeprecated",
      "AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature.",
    );
  }
  return handler as Handler;
}

async function importModule(root: string, name: string): Promise<unknown> {
  try {
    return await tryImport(resolve(root, name), createRequire(join(root, "index.js")), name);
  } catch (error) {
    if (error instanceof SyntaxError) throw new RuntimeError("UserCodeSyntaxError", String(error));
    const code: unknown = isError(error) ? Reflect.get(error, "code") : undefined;
    if (code === "MODULE_NOT_FOUND" || code === "ERR_MODULE_NOT_FOUND") {
      throw new RuntimeError("ImportModuleError", String(error));
    }
    throw error;
  }
}

async function tryImport(path: string, load: NodeJS.Require, name: string): Promise<unknown> {
  const file = [path, `${path}.js`, `${path}.mjs`, `${path}.cjs`].find(isFile);
  if (file === undefined) return load(name);
  const isModule = file.endsWith(".mjs") || (file.endsWith(".js") && isModuleFolder(dirname(file)));
  return isModule ? import(pathToFileURL(file).href) : load(file);
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

/** Whether the nearest `package.json` says that `.js` files are ES modules. */
function isModuleFolder(folder: string): boolean {
  const description = join(folder, "package.json");
  if (existsSync(description)) {
    return (JSON.parse(readFileSync(description, "utf8")) as { type?: unknown }).type === "module";
  }
  const parent = dirname(folder);
  return parent !== folder && basename(folder) !== "node_modules" && isModuleFolder(parent);
}
