import { createHash } from "node:crypto";
import type { Principal } from "./principal";

/** The unique id of a role, which AWS makes up and the local cloud derives from its ARN: `AROA…`. */
export function roleId(roleArn: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const digest = createHash("sha256").update(roleArn).digest().subarray(0, 17);
  return `AROA${Array.from(digest, (byte) => alphabet.charAt(byte % 32)).join("")}`;
}

/** `aws:userid`: the account's id for the account itself, `AROA…:session` for a session of a role. */
export function userId(principal: Principal): string {
  switch (principal.kind) {
    case "root":
      return principal.arn.split(":")[4] ?? "";
    case "role":
      return `${roleId(principal.roleArn)}:${principal.arn.slice(principal.arn.lastIndexOf("/") + 1)}`;
    case "service":
      return principal.service;
  }
}
