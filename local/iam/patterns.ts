import { PolicyError } from "./policyError";
import type { RequestContext } from "./requestContext";

/** `*` or `?`. */
export interface Wildcard {
  readonly many: boolean;
  /** Whether it stands for a colon as well. */
  readonly colons: boolean;
}

/** `${name}` or `${name, 'fallback'}`. */
export interface Variable {
  readonly name: string;
  readonly fallback: string | undefined;
}

/** One character, or a wildcard. */
export type Glyph = string | Wildcard;

/** A value of a policy as it is written; its variables get their values from each request. */
export type Template = readonly (Glyph | Variable)[];

export interface TemplateOptions {
  /** Off, `*` and `?` are literal characters. */
  readonly wildcards: boolean;
  /** Off, as in documents of version 2008-10-17, `${` is literal. */
  readonly variables: boolean;
}

const anyCharacters: Wildcard = { many: true, colons: true };
const anyCharacter: Wildcard = { many: false, colons: true };
const variableSyntax = /^([A-Za-z0-9-]+:[^\s,'"${}]+)(?:, '([^'{}$]*)')?$/;

/**
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 * @throws PolicyError for a variable that is not closed or not `${key}`, `${key, 'default'}`, `${*}`, `${?}` or `${$}`
 */
export function parseTemplate(text: string, options: TemplateOptions, place: string): Template {
  const template: (Glyph | Variable)[] = [];
  let rest = text;
  while (rest !== "") {
    const character = String.fromCodePoint(rest.codePointAt(0) ?? 0);
    if (options.variables && rest.startsWith("${")) {
      const end = rest.indexOf("}");
      if (end < 0) throw new PolicyError(place, "a policy variable needs its closing brace");
      template.push(parseVariable(rest.slice(2, end), place));
      rest = rest.slice(end + 1);
      continue;
    }
    template.push(options.wildcards ? glyphOf(character) : character);
    rest = rest.slice(character.length);
  }
  return template;
}

function glyphOf(character: string): Glyph {
  if (character === "*") return anyCharacters;
  return character === "?" ? anyCharacter : character;
}

function parseVariable(content: string, place: string): string | Variable {
  if (content === "*" || content === "?" || content === "$") return content;
  const parts = variableSyntax.exec(content);
  if (!parts?.[1]) {
    throw new PolicyError(place, `\${${content}} must be a condition key, or a key and 'its default'`);
  }
  return { name: parts[1], fallback: parts[2] };
}

/** The template with this request's values, or undefined where a variable has none: then it matches nothing. */
export function resolve(template: Template, context: RequestContext): readonly Glyph[] | undefined {
  const { literal } = shapeOf(template);
  if (literal) return literal;
  const glyphs: Glyph[] = [];
  for (const part of template) {
    if (!isVariable(part)) {
      glyphs.push(part);
      continue;
    }
    const value = context.single(part.name) ?? part.fallback;
    if (value === undefined) return undefined;
    glyphs.push(...value);
  }
  return glyphs;
}

/** What is known of a template whatever is asked for. */
interface Shape {
  /** The template, if it has no variables. */
  readonly literal: readonly Glyph[] | undefined;
  /** The characters up to the first wildcard or variable. */
  readonly prefix: string;
  /** How many of its parts these are. */
  readonly length: number;
}

const shapes = new WeakMap<Template, Shape>();

function shapeOf(template: Template): Shape {
  const known = shapes.get(template);
  if (known) return known;
  let prefix = "";
  let length = 0;
  for (let part = template[0]; typeof part === "string"; part = template[++length]) prefix += part;
  const literal = template.some(isVariable) ? undefined : (template as readonly Glyph[]);
  const shape = { literal, prefix, length };
  shapes.set(template, shape);
  return shape;
}

function isVariable(part: Glyph | Variable): part is Variable {
  return typeof part === "object" && "name" in part;
}

/** Whether the glyphs stand for the whole text. Most are plain characters up to a `*` at the end, if there is any. */
export function matches(glyphs: readonly Glyph[], text: string): boolean {
  const { prefix, length } = shapeOf(glyphs);
  if (!text.startsWith(prefix)) return false;
  if (length === glyphs.length) return prefix.length === text.length;
  return matchesFrom(glyphs, length, text.slice(prefix.length));
}

/** Tracks every possibility at once, so no pattern makes it slow. */
function matchesFrom(glyphs: readonly Glyph[], start: number, text: string): boolean {
  const last = glyphs[start];
  if (start === glyphs.length - 1 && typeof last === "object" && last.many && last.colons) return true;
  let positions = reachable(glyphs, [start]);
  for (const character of text) {
    const next: number[] = [];
    for (const position of positions) {
      const glyph = glyphs[position];
      if (glyph !== undefined && accepts(glyph, character))
        next.push(isMany(glyph) ? position : position + 1);
    }
    if (next.length === 0) return false;
    positions = reachable(glyphs, next);
  }
  return positions.has(glyphs.length);
}

/** Adds the positions behind `*`, which may stand for nothing. */
function reachable(glyphs: readonly Glyph[], positions: readonly number[]): Set<number> {
  const found = new Set<number>();
  for (let position of positions) {
    while (!found.has(position)) {
      found.add(position);
      if (isMany(glyphs[position])) position += 1;
    }
  }
  return found;
}

function isMany(glyph: Glyph | undefined): boolean {
  return typeof glyph === "object" && glyph.many;
}

function accepts(glyph: Glyph, character: string): boolean {
  return typeof glyph === "string" ? glyph === character : glyph.colons || character !== ":";
}
