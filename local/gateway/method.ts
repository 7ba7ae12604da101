import { OpenApiImportError } from "./errors";
import { parseIntegration, type Integration } from "./integration";
import { dereference, isObject, listAt, objectAt, pointer, textAt, type JsonObject } from "./json";
import type { Model, Models } from "./models";
import { checkSchema } from "./schemaCheck";

/** A parameter that a request must have. */
export interface RequiredParameter {
  readonly location: "header" | "querystring" | "path";
  readonly name: string;
}

/** A method of a resource. */
export interface Method {
  /** Upper case; `ANY` for every method. */
  readonly httpMethod: string;
  /** For example `/jobs/{jobId}`. */
  readonly resourcePath: string;
  readonly authorization: "NONE" | "AWS_IAM";
  readonly integration: Integration;
  /** Empty unless the method's validator checks parameters. */
  readonly requiredParameters: readonly RequiredParameter[];
  /** By content type; undefined unless the method's validator checks bodies. */
  readonly bodyModels: ReadonlyMap<string, Model> | undefined;
}

interface MethodSource {
  readonly document: JsonObject;
  readonly path: string;
  readonly item: JsonObject;
  /** The field of the path item. */
  readonly name: string;
  readonly models: Models;
}

/**
 * One method of the document.
 * @throws OpenApiImportError
 */
export function parseMethod(source: MethodSource): Method {
  const { document, path, item, name } = source;
  const where = `paths.${path}.${name}`;
  const operation = objectAt(item[name], where);
  const validator = validatorOf(document, operation, where);
  checkResponses(document, operation, where);
  const bodyModels = bodyModelsOf(source, operation, where);
  return {
    httpMethod: name.startsWith("x-") ? "ANY" : name.toUpperCase(),
    resourcePath: path,
    authorization: authorizationOf(document, operation, where),
    integration: parseIntegration(operation["x-amazon-apigateway-integration"], where),
    requiredParameters: validator.parameters ? requiredParametersOf(source, operation, where) : [],
    bodyModels: validator.body ? bodyModels : undefined,
  };
}

function validatorOf(document: JsonObject, operation: JsonObject, where: string) {
  const extension = "x-amazon-apigateway-request-validator";
  const name = operation[extension] ?? document[extension];
  if (name === undefined) return { body: false, parameters: false };
  const validators = objectAt(document[`${extension}s`], `${extension}s`);
  const validator = validators[textAt(name, `${where}.${extension}`)];
  if (!isObject(validator)) {
    const known = Object.keys(validators).join(", ") || "none";
    throw new OpenApiImportError(
      `${where}.${extension}`,
      `unknown validator ${JSON.stringify(name)}; there are ${known}`,
    );
  }
  return {
    body: validator["validateRequestBody"] === true,
    parameters: validator["validateRequestParameters"] === true,
  };
}

/** API Gateway looks at the operation's `security` only, never at the document's. */
function authorizationOf(
  document: JsonObject,
  operation: JsonObject,
  where: string,
): Method["authorization"] {
  const components = objectAt(document["components"], "components");
  const schemes = objectAt(components["securitySchemes"], "components.securitySchemes");
  const names = listAt(operation["security"], `${where}.security`).flatMap((each) =>
    Object.keys(objectAt(each, `${where}.security`)),
  );
  const types = names.map((name) => {
    if (schemes[name] === undefined)
      throw new OpenApiImportError(`${where}.security`, `unknown scheme '${name}'`);
    return schemeType(objectAt(schemes[name], name), `components.securitySchemes.${name}`);
  });
  return types[0] ?? "NONE";
}

function schemeType(scheme: JsonObject, where: string): Method["authorization"] {
  if (scheme["type"] !== "apiKey") {
    throw new OpenApiImportError(where, `the type must be apiKey, not '${String(scheme["type"])}'`);
  }
  if (scheme["x-amazon-apigateway-authtype"] === "awsSigv4") return "AWS_IAM";
  throw new OpenApiImportError(where, "the local cloud supports x-amazon-apigateway-authtype: awsSigv4 only");
}

function requiredParametersOf({ document, item, path }: MethodSource, operation: JsonObject, where: string) {
  const parameters = [
    ...listAt(item["parameters"], `paths.${path}.parameters`),
    ...listAt(operation["parameters"], `${where}.parameters`),
  ].map((parameter) => dereference(document, parameter, `${where}.parameters`));
  return parameters.flatMap((parameter): RequiredParameter[] => {
    const name = textAt(parameter["name"], `${where}.parameters`);
    const location = parameter["in"] === "query" ? "querystring" : parameter["in"];
    if (location !== "header" && location !== "querystring" && location !== "path") {
      throw new OpenApiImportError(`${where}.parameters.${name}`, `cannot be in '${String(location)}'`);
    }
    return parameter["required"] === true ? [{ location, name }] : [];
  });
}

function bodyModelsOf({ document, path, name, models }: MethodSource, operation: JsonObject, where: string) {
  const at = `${where}.requestBody`;
  const declared = operation["requestBody"];
  const reference = isObject(declared) ? declared["$ref"] : undefined;
  const base = typeof reference === "string" ? reference : pointer("paths", path, name, "requestBody");
  const content = objectAt(dereference(document, declared, at)["content"], `${at}.content`);
  const bodyModels = new Map<string, Model>();
  for (const [type, media] of Object.entries(content)) {
    const schema = objectAt(media, `${at}.content.${type}`)["schema"];
    if (schema === undefined) continue;
    checkSchema(objectAt(schema, at), `${at}.content.${type}.schema`);
    const fragment = `${base}${pointer("content", type, "schema").slice(1)}`;
    bodyModels.set(type.toLowerCase(), models.at(fragment, `${at}.content.${type}.schema`));
  }
  return bodyModels;
}

function checkResponses(document: JsonObject, operation: JsonObject, where: string): void {
  for (const [status, value] of Object.entries(objectAt(operation["responses"], `${where}.responses`))) {
    const at = `${where}.responses.${status}`;
    const response = objectAt(value, at);
    if (response["$ref"] !== undefined) {
      throw new OpenApiImportError(
        at,
        "API Gateway does not support a $ref here; write the response in place",
      );
    }
    for (const [type, media] of Object.entries(objectAt(response["content"], `${at}.content`))) {
      const schema = objectAt(objectAt(media, at)["schema"], `${at}.content.${type}.schema`);
      checkSchema(schema, `${at}.content.${type}.schema`);
      const resolved = dereference(document, schema, at)["type"];
      if (resolved !== undefined && resolved !== "object" && resolved !== "array") {
        throw new OpenApiImportError(
          at,
          `a response's schema must be an object, not ${JSON.stringify(resolved)}`,
        );
      }
    }
  }
}
