import { parse } from "content-disposition";
import { headerText } from "./headerText";

/** How files of a type end, for those that nobody has named. */
const endings: Readonly<Record<string, string>> = {
  "application/gzip": ".gz",
  "application/json": ".json",
  "application/pdf": ".pdf",
  "application/x-ndjson": ".ndjson",
  "application/x-tar": ".tar",
  "application/xml": ".xml",
  "application/zip": ".zip",
  "image/jpeg": ".jpg",
  "image/png": ".png",
  "text/csv": ".csv",
  "text/html": ".html",
  "text/plain": ".txt",
  "text/xml": ".xml",
  "video/mp4": ".mp4",
};

/**
 * What a platform names an output: by its Content-Disposition, by the URL that it came from if that ends like a file,
 * or `output` with the ending of its type. Never a path.
 * Source: RFC 6266, section 4.3
 */
export function fileNameOf(disposition: string | undefined, url: URL, contentType: string): string {
  return baseName(dispositionName(disposition)) || pathName(url) || `output${endingOf(contentType)}`;
}

function endingOf(contentType: string): string {
  const type = contentType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  return (Object.hasOwn(endings, type) && endings[type]) || "";
}

/** `filename*`, else `filename`. One that breaks the rules does not hide the other. */
function dispositionName(disposition: string | undefined): string {
  if (disposition === undefined) return "";
  const ended = disposition.replace(/[;\s]+$/, "");
  const plain = ended.replace(/;\s*filename\*\s*=[^;]*/i, "");
  for (const header of [ended, plain]) {
    try {
      const { filename } = parse(header).parameters;
      if (filename !== undefined) return headerText(filename);
    } catch (error) {
      // An unreadable header names nothing; the output is none the worse for it.
      if (!(error instanceof TypeError)) throw error;
    }
  }
  return "";
}

function pathName(url: URL): string {
  const name = baseName(decoded(url.pathname.split("/").at(-1) ?? ""));
  return /[^.]\.[A-Za-z0-9]{1,10}$/.test(name) ? name : "";
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    // Not percent-encoded at all, or not as UTF-8: the name is what stands there.
    if (error instanceof URIError) return segment;
    throw error;
  }
}

function baseName(name: string): string {
  const base = (name.split(/[/\\]/).at(-1) ?? "").replace(/\p{Cc}/gu, "").trim();
  return base === "." || base === ".." ? "" : base;
}
