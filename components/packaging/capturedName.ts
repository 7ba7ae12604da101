/**
 * The path of the first Pulumi object in a serialised closure, such as `settings.bucket`. Pulumi writes an output as an
 * object of a class with `apply` and `get`, whose variable has the path in its name, and an object's members one by one.
 */
export function capturedName(closure: string): string {
  const [, variable] = /Object\.defineProperty\((__\w+)_proto, "apply"/.exec(closure) ?? [];
  return variable === undefined ? "a resource" : pathOf(closure, variable);
}

function pathOf(closure: string, variable: string): string {
  const assignment = new RegExp(`^(__\\w+)\\.(\\w+) = ${variable};$`, "m").exec(closure);
  const [, owner, member] = assignment ?? [];
  if (owner === undefined || member === undefined) return variable.replace(/^__/, "");
  return `${pathOf(closure, owner)}.${member}`;
}
