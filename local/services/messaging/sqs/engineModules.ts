import * as path from "node:path";
import { pathToFileURL } from "node:url";

const dist = "../../../../node_modules/fauxqs/dist";

/** A module of fauxqs that the package does not export. @throws Error when it lacks `member` */
export async function engineModule<Member>(file: string, member: string): Promise<Member> {
  const { href } = pathToFileURL(path.resolve(__dirname, dist, file));
  const exported = ((await import(href)) as Record<string, unknown>)[member];
  if (exported === undefined) throw new Error(`${href} has no ${member}`);
  return exported as Member;
}
