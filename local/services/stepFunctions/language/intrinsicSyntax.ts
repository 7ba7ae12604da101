import { predefinedError } from "./statesError";

/** An argument of an intrinsic function. A text keeps its escapes: `States.Format` gives them a meaning of its own. */
export type IntrinsicArgument =
  | IntrinsicCall
  | { readonly kind: "text"; readonly raw: string }
  | { readonly kind: "value"; readonly value: number | boolean | null }
  | { readonly kind: "path"; readonly path: string };

export interface IntrinsicCall {
  readonly kind: "call";
  /** For example `States.Format`. */
  readonly name: string;
  readonly arguments: readonly IntrinsicArgument[];
}

/**
 * Parses `States.Name(argument, …)`.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
 * @throws StatesError States.IntrinsicFailure
 */
export function parseIntrinsic(text: string): IntrinsicCall {
  const reader = new Reader(text);
  const call = readCall(reader);
  reader.skipSpace();
  if (!reader.done) throw reader.unexpected();
  return call;
}

function readCall(reader: Reader): IntrinsicCall {
  const name = reader.take(/States\.[A-Za-z0-9]+/y);
  reader.expect("(");
  const found: IntrinsicArgument[] = [];
  reader.skipSpace();
  if (!reader.accept(")")) {
    do {
      reader.skipSpace();
      found.push(readArgument(reader));
      reader.skipSpace();
    } while (reader.accept(","));
    reader.expect(")");
  }
  return { kind: "call", name, arguments: found };
}

function readArgument(reader: Reader): IntrinsicArgument {
  if (reader.sees("S")) return readCall(reader);
  if (reader.sees("'")) return { kind: "text", raw: reader.take(/'(?:\\.|[^'\\])*'/sy).slice(1, -1) };
  if (reader.sees("$")) return { kind: "path", path: readPathText(reader) };
  const literal = reader.take(/true|false|null|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
  return { kind: "value", value: JSON.parse(literal) as number | boolean | null };
}

/** A path ends at the comma or parenthesis that is outside of its own brackets and quotes. */
function readPathText(reader: Reader): string {
  return reader.take(/\$(?:\[(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|[^\]'"])*\]|[^,()[\]])*/y).trimEnd();
}

class Reader {
  #position = 0;
  constructor(private readonly text: string) {}

  get done(): boolean {
    return this.#position >= this.text.length;
  }
  sees(start: string): boolean {
    return this.text.startsWith(start, this.#position);
  }
  accept(symbol: string): boolean {
    const seen = this.sees(symbol);
    if (seen) this.#position += symbol.length;
    return seen;
  }
  expect(symbol: string): void {
    if (!this.accept(symbol)) throw this.unexpected();
  }
  /** @param pattern sticky */
  take(pattern: RegExp): string {
    pattern.lastIndex = this.#position;
    const match = pattern.exec(this.text);
    if (!match) throw this.unexpected();
    this.#position = pattern.lastIndex;
    return match[0];
  }
  skipSpace(): void {
    this.take(/\s*/y);
  }
  unexpected() {
    const reason = `The Intrinsic Function '${this.text}' cannot be read at position ${this.#position}`;
    return predefinedError("States.IntrinsicFailure", reason);
  }
}
