import { addSegment, GenMapping, toEncodedMap, type EncodedSourceMap } from "@jridgewell/gen-mapping";
import { decodedMappings } from "@jridgewell/trace-mapping";
import type * as ts from "typescript";
import type { Closure } from "../closure";
import { closureFunctions, type ClosureFunction } from "./closureFunctions";
import type { TranspiledSource } from "./transpiledSources";

/**
 * A source map of a serialised closure, which Pulumi makes none of. It leaves the text of each function as it was
 * compiled, so a function is found by its text in the compiled sources, and that source's own map does the rest.
 * What is found nowhere, or in several places that cannot be told apart, is not mapped.
 */
export function closureMap(closure: Closure, sources: readonly TranspiledSource[]): EncodedSourceMap {
  const file = closure.parsed();
  const map = new GenMapping({ file: "closure.js" });
  for (const fn of closureFunctions(file)) {
    const place = placeOf(fn, sources);
    if (place) mapFunction(map, fn, file, place);
  }
  return toEncodedMap(map);
}

interface Place {
  readonly source: TranspiledSource;
  readonly offset: number;
}

/** Archives share most of their functions: where a text stands is looked for once. */
const placesKnown = new WeakMap<readonly TranspiledSource[], Map<string, readonly Place[]>>();

function placesOf(text: string, sources: readonly TranspiledSource[]): readonly Place[] {
  const known = placesKnown.get(sources) ?? new Map<string, readonly Place[]>();
  placesKnown.set(sources, known);
  const places = known.get(text) ?? sources.flatMap((source) => occurrences(source.javascript, text, source));
  known.set(text, places);
  return places;
}

function placeOf(fn: ClosureFunction, sources: readonly TranspiledSource[]): Place | undefined {
  const places = placesOf(fn.text, sources);
  if (places.length < 2) return places[0];
  const named = places.filter(({ source, offset }) => {
    const before = source.javascript.slice(0, offset);
    return fn.name !== undefined && new RegExp(`\\b${fn.name}( = (async )?)?\\($`).test(before.slice(-200));
  });
  return named.length === 1 ? named[0] : undefined;
}

function occurrences(text: string, part: string, source: TranspiledSource): Place[] {
  const places: Place[] = [];
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
    places.push({ source, offset: at });
  }
  return places;
}

/** Takes over the mappings that lie within the function. */
function mapFunction(map: GenMapping, fn: ClosureFunction, closure: ts.SourceFile, place: Place): void {
  const from = positionAt(place.source.javascript, place.offset);
  const to = positionAt(place.source.javascript, place.offset + fn.text.length);
  const start = closure.getLineAndCharacterOfPosition(fn.offset);
  const lines = decodedMappings(place.source.map);
  for (let line = from.line; line <= to.line; line++) {
    // The first line alone stands elsewhere than in the compiled source.
    const shift = line === from.line ? start.character - from.character : 0;
    for (const [column, , sourceLine, sourceColumn] of lines[line] ?? []) {
      const isBefore = line === from.line && column < from.character;
      const isAfter = line === to.line && column > to.character;
      if (sourceLine === undefined || sourceColumn === undefined || isBefore || isAfter) continue;
      const generatedLine = line - from.line + start.line;
      addSegment(map, generatedLine, column + shift, place.source.file, sourceLine, sourceColumn);
    }
  }
  const end = closure.getLineAndCharacterOfPosition(fn.offset + fn.text.length);
  addSegment(map, end.line, end.character + 1);
}

function positionAt(text: string, offset: number): { line: number; character: number } {
  const before = text.slice(0, offset);
  return { line: before.split("\n").length - 1, character: offset - (before.lastIndexOf("\n") + 1) };
}
