import { isIP } from "node:net";
import { egressFailure, type EgressError } from "./errors";
import type { PlatformSettings } from "./fetchOutput";
import { headerText } from "./headerText";
import { isPublicAddress, notPublic } from "./publicAddress";

/** Most redirects that are followed for one output. */
export const mostRedirects = 5;

const rule =
  "A redirect is followed within the platform's origin, or over https on the default port to a host in redirectHosts";

/** Whether an answer sends the request elsewhere. */
export function isRedirect(status: number | undefined): boolean {
  return status !== undefined && [301, 302, 303, 307, 308].includes(status);
}

/**
 * Where a redirect leads, if it may be followed there.
 * @param from the URL that redirects
 * @param location of its answer, as Node gives it
 * @throws EgressFailure if it may not
 */
export function redirectTarget(platform: PlatformSettings, from: URL, location: string | undefined): URL {
  const target = parseLocation(from, location);
  if (target.username !== "" || target.password !== "") {
    throw refused(target.host, `${rule}, and without user and password`, "have it redirect without them");
  }
  if (target.origin === new URL(platform.url).origin) return target;
  const host = target.hostname;
  if (!platform.redirectHosts.includes(host)) {
    const isAddress = isIP(host.replace(/^\[|\]$/g, "")) !== 0;
    const trust = `add ${host} to redirectHosts of the platform if it is to be trusted`;
    throw refused(target.host, rule, isAddress ? "have it redirect to a host that has a name" : trust);
  }
  // The port of a URL is empty when it is the scheme's own.
  if (target.protocol !== "https:" || target.port !== "") {
    throw refused(`${target.protocol}//${target.host}`, rule, `have it redirect to https://${host}/`);
  }
  const address = host.replace(/^\[|\]$/g, "");
  // A connection to an address looks nothing up, so that nothing else would check it.
  if (isIP(address) !== 0 && !isPublicAddress(address)) throw notPublic(address, address);
  return target;
}

/** When there is no end to them. */
export function tooManyRedirects(asked: string): EgressError {
  return egressFailure(
    "RedirectRefused",
    `${asked} was redirected more than ${mostRedirects} times. Remedy: the platform has to end its redirects.`,
  );
}

function parseLocation(from: URL, location: string | undefined): URL {
  // Platforms send other scripts as they are, in UTF-8.
  const text = headerText(location ?? "");
  const target = text !== "" && URL.canParse(text, from.href) ? new URL(text, from.href) : undefined;
  if (target && ["http:", "https:"].includes(target.protocol)) return target;
  throw refused("nothing that can be followed", `${rule}; its Location has to be a URL`, "have it send one");
}

/** Only ever the host is named: the rest of a URL may let whoever reads it in. */
function refused(destination: string, broken: string, remedy: string): EgressError {
  return egressFailure(
    "RedirectRefused",
    `The platform redirects to ${destination}. ${broken}. Remedy: ${remedy}.`,
  );
}
