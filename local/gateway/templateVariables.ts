import type { RequestContext } from "./requestContext";
import type { ContextVariables } from "./template";

/** The context of a request as the variables of a template, for example `identity.sourceIp`. */
export function templateVariables({ identity, ...context }: RequestContext): ContextVariables {
  return {
    ...textual(context),
    ...Object.fromEntries(
      Object.entries(textual(identity)).map(([name, value]) => [`identity.${name}`, value]),
    ),
  };
}

function textual(values: object): Record<string, string | null> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, value === null ? null : String(value)]),
  );
}
