import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { deserialize, serialize } from "node:v8";

export type Parse = (text: string) => unknown;

const modules = path.resolve(__dirname, "../../node_modules");

/** May be deleted at any time. */
const defaultFile = path.join(modules, ".cache/jobrelay/parsedFunctions");
const mostKept = 5000;

/**
 * What Pulumi found in the texts of functions, by themselves or in an earlier run: which variables each one captures.
 * Nothing but the text decides it, and Pulumi asks TypeScript.
 */
export class ParsedFunctions {
  readonly #earlier: ReadonlyMap<string, unknown>;
  readonly #asked = new Map<string, unknown>();
  #hasNew = false;

  constructor(
    private readonly parse: Parse,
    private readonly file = defaultFile,
  ) {
    this.#earlier = read(file);
  }

  of(text: string): unknown {
    const key = createHash("sha256").update(text).digest("base64");
    const found = this.#asked.get(key) ?? this.#earlier.get(key) ?? this.#parseNew(text);
    this.#asked.set(key, found);
    return found;
  }

  /** Keeps what is known for the next run; what was not asked for in this one only while there is room. */
  save(): void {
    if (!this.#hasNew) return;
    const all = new Map([...this.#earlier, ...this.#asked]);
    const functions = all.size > mostKept ? this.#asked : all;
    const written = `${this.file}.${process.pid}`;
    mkdirSync(path.dirname(this.file), { recursive: true });
    writeFileSync(written, serialize({ version, functions }));
    renameSync(written, this.file);
  }

  #parseNew(text: string): unknown {
    this.#hasNew = true;
    return this.parse(text);
  }
}

/** Pulumi says what parsing gives, and Node.js how it is written down. */
const version = `${process.version} ${readFileSync(path.join(modules, "@pulumi/pulumi/package.json"), "utf8")}`;

/** Empty for a file that is not there, or that another version or nobody has written to its end. */
function read(file: string): Map<string, unknown> {
  try {
    const saved = deserialize(readFileSync(file)) as { version: string; functions: Map<string, unknown> };
    return saved.version === version ? saved.functions : new Map<string, unknown>();
  } catch {
    return new Map();
  }
}
