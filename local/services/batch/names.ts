import { clientException } from "./errors";

const pattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/;

/** Up to 128 letters, digits, hyphens and underscores, the first a letter or a digit. @param what for example `Job name` */
export function checkName(what: string, name: string): string {
  if (!pattern.test(name)) throw clientException(`${what} should match valid pattern`);
  return name;
}

/** Whether a name, an ARN or the end of one says a resource. */
export function isNamed(
  resource: { readonly name: string; readonly arn: string },
  nameOrArn: string,
): boolean {
  return resource.name === nameOrArn || resource.arn === nameOrArn;
}
