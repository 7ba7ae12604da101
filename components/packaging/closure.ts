import * as ts from "typescript";

/** A function's code as Pulumi serialised it. */
export interface Closure {
  readonly text: string;
  /** Parsed when it is first asked for, and once. */
  readonly parsed: () => ts.SourceFile;
}

export function closureOf(text: string): Closure {
  let file: ts.SourceFile | undefined;
  return {
    text,
    parsed: () =>
      (file ??= ts.createSourceFile("closure.js", text, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS)),
  };
}
