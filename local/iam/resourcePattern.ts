import { parseTemplate, type Template } from "./patterns";
import { PolicyError } from "./policyError";

const partitions = new Set(["aws", "aws-cn", "aws-us-gov", "*"]);

/**
 * Parses an element of `Resource`: `*` or an ARN, with wildcards anywhere but in its service.
 * A `*` at the end of an ARN's part reaches over colons; within a part before the resource it does not.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 * @throws PolicyError where IAM would refuse the ARN
 */
export function parseResource(text: string, variables: boolean, place: string): Template {
  if (text !== "*") checkArn(text, variables, place);
  const template = parseTemplate(text, { wildcards: true, variables }, place);
  return text === "*" ? template : keepWithinParts(template);
}

function checkArn(text: string, variables: boolean, place: string): void {
  const parts = text.split(":");
  const [prefix = "", partition = "", service = ""] = parts;
  if (prefix !== "arn") throw new PolicyError(place, 'a resource must be in ARN format or "*"');
  if (!partitions.has(partition)) throw new PolicyError(place, `${partition} is not a partition of AWS`);
  if (!/^[a-z0-9-]+$/.test(service)) {
    throw new PolicyError(place, "the service of an ARN must be written out, without wildcards");
  }
  if (parts.length < 6 && !text.endsWith("*")) {
    throw new PolicyError(place, "an ARN has six parts: arn:partition:service:region:account:resource");
  }
  if (variables && parts.slice(0, 5).join(":").includes("${")) {
    throw new PolicyError(place, "a policy variable may stand only in the resource, behind the fifth colon");
  }
}

function keepWithinParts(template: Template): Template {
  let colons = 0;
  return template.map((glyph, index) => {
    if (glyph === ":") colons += 1;
    if (typeof glyph === "string" || "name" in glyph || colons >= 5) return glyph;
    const next = template[index + 1];
    const endsPart = next === ":" || next === undefined;
    return glyph.many && endsPart ? glyph : { ...glyph, colons: false };
  });
}
