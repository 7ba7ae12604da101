import type { CatalogueIssue } from "./catalogueError";
import { checkKeys } from "./checkKeys";
import type { PlatformConfig } from "./egress";
import { isRecord } from "./isRecord";
import { parseChoice } from "./parseChoice";

const example = "{ name: voxel51, url: https://api.example.com/v1 }";
const keys = ["name", "url", "redirectHosts", "webhook", "transform"];

/** Reads whose outputs are fetched; nothing when no platform is configured. */
export function parsePlatform(
  key: string,
  value: unknown,
  transforms: readonly string[],
  issues: CatalogueIssue[],
): PlatformConfig | undefined {
  if (value === undefined) return undefined;
  if (!isRecord(value)) {
    issues.push({
      key,
      value,
      rule: `a platform is a map with ${keys.join(", ")}`,
      remedy: `Write ${example}.`,
    });
    return undefined;
  }
  checkKeys(key, value, keys, issues);
  const transform = parseTransform(`${key}.transform`, value["transform"], transforms, issues);
  return {
    name: parseName(`${key}.name`, value["name"], issues),
    url: parseUrl(`${key}.url`, value["url"], issues),
    redirectHosts: parseHosts(`${key}.redirectHosts`, value["redirectHosts"], issues),
    webhook: parseChoice(`${key}.webhook`, value["webhook"], ["signature", "token"], issues),
    ...(transform === undefined ? {} : { transform }),
  };
}

/** It is a folder beside `outputs/`, which the stack's own jobs have. */
function parseName(key: string, value: unknown, issues: CatalogueIssue[]): string {
  if (value === undefined) return "platform";
  if (typeof value === "string" && /^[a-z][a-z0-9-]{0,39}$/.test(value) && value !== "outputs") return value;
  const rule =
    "a platform's name is a letter, then up to 39 lower-case letters, digits or hyphens, and not outputs";
  issues.push({ key, value, rule, remedy: "Write for example voxel51." });
  return "";
}

/** Plain HTTP only to this machine, for tests: the token would be readable on its way. */
function parseUrl(key: string, value: unknown, issues: CatalogueIssue[]): string {
  const url = typeof value === "string" && URL.canParse(value) ? new URL(value) : undefined;
  const local = url?.protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  const plain = url?.search === "" && url.hash === "" && url.username === "" && url.password === "";
  if (url && plain && (url.protocol === "https:" || local)) return url.href.replace(/\/+$/, "");
  const rule = "an https URL without user, query or fragment";
  issues.push({ key, value, rule, remedy: "Write for example https://api.example.com/v1." });
  return "";
}

function parseHosts(key: string, value: unknown, issues: CatalogueIssue[]): string[] {
  if (value === undefined) return [];
  const isHost = (host: unknown): host is string =>
    typeof host === "string" && /^(?=.{1,253}$)([a-z0-9-]+\.)+[a-z][a-z0-9-]*$/.test(host);
  if (Array.isArray(value) && value.every(isHost)) return value;
  const rule = "a list of host names in lower case, not addresses, without scheme, port or path";
  issues.push({ key, value, rule, remedy: "Write for example [storage.googleapis.com]." });
  return [];
}

function parseTransform(
  key: string,
  value: unknown,
  transforms: readonly string[],
  issues: CatalogueIssue[],
): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "string" && transforms.includes(value)) return value;
  const rule = `a transform that is registered in functions/transforms/: ${transforms.join(", ")}`;
  issues.push({ key, value, rule, remedy: "Correct the name, or register it." });
  return undefined;
}
