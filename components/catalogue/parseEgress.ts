import { CatalogueError, type CatalogueIssue } from "./catalogueError";
import { checkKeys } from "./checkKeys";
import type { EgressConfig } from "./egress";
import { isRecord } from "./isRecord";
import { parseLifecycle } from "./parseLifecycle";
import { parsePlatform } from "./parsePlatform";

/**
 * Reads and checks what the stack's configuration says of egress (`jobrelay:egress`); nothing is no error.
 * @param transforms the names of those that are registered
 * @throws CatalogueError naming every key, bad value, rule and remedy
 */
export function parseEgress(config: unknown, transforms: readonly string[]): EgressConfig {
  const issues: CatalogueIssue[] = [];
  const egress = parseEntry(config ?? {}, transforms, issues);
  if (issues.length > 0) throw new CatalogueError(issues);
  return egress;
}

function parseEntry(config: unknown, transforms: readonly string[], issues: CatalogueIssue[]): EgressConfig {
  if (!isRecord(config)) {
    const rule = "egress is a map with lifecycle and platform";
    issues.push({ key: "egress", value: config, rule, remedy: "Write { platform: { url: https://… } }." });
    return { lifecycle: [] };
  }
  checkKeys("egress", config, ["lifecycle", "platform"], issues);
  const platform = parsePlatform("egress.platform", config["platform"], transforms, issues);
  return {
    lifecycle: parseLifecycle("egress.lifecycle", config["lifecycle"], issues),
    ...(platform === undefined ? {} : { platform }),
  };
}
