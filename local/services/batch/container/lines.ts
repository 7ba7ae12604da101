import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";

/** Bytes after which a line is cut, where the container log drivers cut it too. */
const longest = 16 * 1024;

/** Calls back with each line of a stream; a longer one comes in pieces, so that no line is held however long it is. */
export function eachLine(stream: Readable, onLine: (line: string) => void): void {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  const take = (text: string) => {
    const lines = (rest + text).split(/\r?\n/);
    rest = lines.pop() ?? "";
    for (const line of lines) for (const piece of pieces(line)) onLine(piece);
    while (rest.length > longest) {
      const [piece = ""] = pieces(rest);
      onLine(piece);
      rest = rest.slice(piece.length);
    }
  };
  stream.on("data", (chunk: Buffer) => take(decoder.write(chunk)));
  stream.once("end", () => {
    take(decoder.end());
    if (rest !== "") onLine(rest);
    rest = "";
  });
}

/** Pieces that do not cut a character in two. */
function pieces(line: string): string[] {
  if (line.length <= longest) return [line];
  const result: string[] = [];
  for (let start = 0; start < line.length;) {
    let end = Math.min(start + longest, line.length);
    if (end < line.length && /[\uD800-\uDBFF]/.test(line.charAt(end - 1))) end -= 1;
    result.push(line.slice(start, end));
    start = end;
  }
  return result;
}
