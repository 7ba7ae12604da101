import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { TraceMap } from "@jridgewell/trace-mapping";
import * as ts from "typescript";

/** A source file as the program's functions were compiled from it. */
export interface TranspiledSource {
  /** Relative to the project, with forward slashes. */
  readonly file: string;
  readonly javascript: string;
  /** From the JavaScript to the file. */
  readonly map: TraceMap;
}

/** The TypeScript that closures are made of, by file; `inlineHandler` is the outermost function of each. */
export class ClosureSources {
  readonly #texts: readonly (readonly [file: string, text: string])[];
  #transpiled: readonly TranspiledSource[] | undefined;
  /** Differs when any of the files differs. */
  readonly digest: string;

  /** @param root the project's folder */
  constructor(private readonly root: string) {
    const files = [...typeScriptOf(root, "functions"), "components/inlineHandler.ts"];
    this.#texts = files.map((file) => [file, readFileSync(path.join(root, file), "utf8")] as const);
    this.digest = createHash("sha256").update(JSON.stringify(this.#texts)).digest("hex");
  }

  /** The files as they were compiled for this process. Takes half a second, once, where nothing has compiled them. */
  transpiled(): readonly TranspiledSource[] {
    return (this.#transpiled ??= this.#transpile());
  }

  #transpile(): TranspiledSource[] {
    const compile = runningCompiler() ?? ownCompiler(this.root);
    return this.#texts.map(([file, text]) => {
      const { javascript, map } = compile(text, path.join(this.root, file));
      return { file, javascript, map: new TraceMap(map) };
    });
  }
}

/** Gives JavaScript, and its source map as JSON. */
type Compile = (text: string, file: string) => { readonly javascript: string; readonly map: string };

/** That of ts-node 8 and later, where it runs this process: it knows what it has compiled. */
function runningCompiler(): Compile | undefined {
  const service = Reflect.get(process, Symbol.for("ts-node.register.instance")) as
    { compile(text: string, file: string): string } | undefined;
  return (
    service &&
    ((text, file) => {
      // Its source map is in a comment at the end.
      const [, javascript = "", map = ""] =
        /^(.*)\/\/# sourceMappingURL=data:[^,]*;base64,(.*)$/s.exec(service.compile(text, file)) ?? [];
      return { javascript, map: Buffer.from(map, "base64").toString("utf8") };
    })
  );
}

/** The same by TypeScript alone: `pulumi up` brings an older ts-node, which does not show itself. */
function ownCompiler(root: string): Compile {
  const compilerOptions = optionsOf(root);
  return (text, fileName) => {
    const { outputText, sourceMapText } = ts.transpileModule(text, { fileName, compilerOptions });
    return { javascript: outputText, map: sourceMapText ?? "{}" };
  };
}

/** The project's own options, so that the functions' texts are the same. */
function optionsOf(root: string): ts.CompilerOptions {
  const file = path.join(root, "tsconfig.json");
  const { config } = ts.readConfigFile(file, (name) => readFileSync(name, "utf8")) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  return { ...options, module: ts.ModuleKind.CommonJS, sourceMap: true, noEmit: false };
}

function typeScriptOf(root: string, folder: string): string[] {
  const files = readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"))
    .map((file) => `${folder}/${file.split(path.sep).join("/")}`)
    .sort();
}
