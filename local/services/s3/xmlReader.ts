import { S3Error } from "./s3Errors";

/** An element of a request's XML. Attributes and namespaces mean nothing in S3 and are left out. */
export interface XmlElement {
  readonly name: string;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

interface OpenElement {
  readonly name: string;
  readonly children: XmlElement[];
  text: string;
}

const tokenPattern =
  /<\?[^]*?\?>|<!--[^]*?-->|<(\/?)([^\s/>!]+)((?:"[^"]*"|'[^']*'|[^>"'])*?)(\/?)>|([^<]+)/gy;

/** @throws S3Error `MalformedXML` */
export function readXml(text: string): XmlElement {
  const root: OpenElement = { name: "", children: [], text: "" };
  const open = [root];
  tokenPattern.lastIndex = 0;
  let end = 0;
  for (const match of text.matchAll(tokenPattern)) {
    end = match.index + match[0].length;
    takeToken(open, match);
  }
  const [element, ...others] = root.children;
  if (end < text.length || open.length !== 1 || !element || others.length > 0) throw malformedXml();
  return element;
}

/** The text of the one child of that name. */
export function childText(element: XmlElement, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text;
}

export function childrenNamed(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

export function malformedXml(): S3Error {
  return new S3Error(
    "MalformedXML",
    "The XML you provided was not well-formed or did not validate against our published schema",
  );
}

function takeToken(open: OpenElement[], [, slash, name, , selfClosing, text]: RegExpMatchArray): void {
  const current = open.at(-1);
  if (!current) throw malformedXml();
  if (text !== undefined) current.text += unescapeXml(text);
  if (name === undefined) return;
  if (slash) {
    if (current.name !== localName(name) || open.length === 1) throw malformedXml();
    open.pop();
    return;
  }
  const element: OpenElement = { name: localName(name), children: [], text: "" };
  current.children.push(element);
  if (!selfClosing) open.push(element);
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi,
    (_, hex?: string, decimal?: string, name?: string) => {
      if (hex !== undefined) return characterOf(parseInt(hex, 16));
      if (decimal !== undefined) return characterOf(Number(decimal));
      const character = entities[name ?? ""];
      if (character === undefined) throw malformedXml();
      return character;
    },
  );
}

function characterOf(codePoint: number): string {
  if (codePoint > 0x10ffff) throw malformedXml();
  return String.fromCodePoint(codePoint);
}
