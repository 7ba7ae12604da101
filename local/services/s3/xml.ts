/** Content of an XML element: text, child elements by name, or several elements of one name. */
export type XmlContent =
  string | number | boolean | undefined | readonly XmlContent[] | { readonly [name: string]: XmlContent };

/** A whole XML document, as AWS answers. What is undefined is left out. */
export function xmlDocument(name: string, content: XmlContent, namespace?: string): string {
  const attribute = namespace === undefined ? "" : ` xmlns="${namespace}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${name}${attribute}>${render(content)}</${name}>`;
}

function render(content: XmlContent): string {
  if (typeof content !== "object") return content === undefined ? "" : escapeXml(String(content));
  return Object.entries(content)
    .flatMap(([name, value]: [string, XmlContent]) =>
      (Array.isArray(value) ? (value as readonly XmlContent[]) : [value]).map((each) =>
        each === undefined ? "" : `<${name}>${render(each)}</${name}>`,
      ),
    )
    .join("");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

function escapeXml(text: string): string {
  return text
    .replace(/[&<>"']/g, (character) => entities[character] ?? character)
    .replace(/[\r\n\t]/g, (character) => `&#${character.charCodeAt(0)};`);
}
