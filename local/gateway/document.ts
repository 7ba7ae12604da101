import { OpenApiImportError } from "./errors";
import { parseGatewayResponses, type RenderGatewayResponse } from "./gatewayResponses";
import { isObject, listAt, objectAt, textAt, type JsonObject } from "./json";
import { parseMethod, type Method } from "./method";
import { Models } from "./models";
import { checkSchema } from "./schemaCheck";

/** A REST API as its OpenAPI document describes it. */
export interface ApiDefinition {
  readonly methods: readonly Method[];
  readonly renderGatewayResponse: RenderGatewayResponse;
  /** `x-amazon-apigateway-binary-media-types`. */
  readonly binaryMediaTypes: readonly string[];
}

/** Extensions at the root that the local cloud acts on, or that change nothing at run time. */
const rootExtensions = new Set([
  "x-amazon-apigateway-request-validators",
  "x-amazon-apigateway-request-validator",
  "x-amazon-apigateway-gateway-responses",
  "x-amazon-apigateway-binary-media-types",
  "x-amazon-apigateway-documentation",
  "x-amazon-apigateway-importexport-version",
  "x-amazon-apigateway-endpoint-configuration",
]);

const httpMethods = ["get", "put", "post", "delete", "options", "head", "patch"];
const anyMethod = "x-amazon-apigateway-any-method";
/** What a path item may hold beside its methods. */
const pathItemFields = new Set(["summary", "description", "parameters", "servers"]);

/**
 * Reads an OpenAPI 3.0 document as API Gateway imports it.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
 * @throws OpenApiImportError for one that API Gateway would refuse, or that the local cloud cannot serve faithfully
 */
export function parseDocument(value: unknown): ApiDefinition {
  const document = objectAt(value, "root");
  checkRoot(document);
  checkModels(document);
  const models = new Models(document);
  const paths = objectAt(document["paths"], "paths");
  checkSiblings(Object.keys(paths));
  return {
    methods: Object.entries(paths).flatMap(([path, item]) => methodsOf(document, path, item, models)),
    renderGatewayResponse: parseGatewayResponses(document["x-amazon-apigateway-gateway-responses"]),
    binaryMediaTypes: listAt(
      document["x-amazon-apigateway-binary-media-types"],
      "x-amazon-apigateway-binary-media-types",
    ).map((type) => textAt(type, "x-amazon-apigateway-binary-media-types")),
  };
}

function checkRoot(document: JsonObject): void {
  const version = document["openapi"];
  if (typeof version !== "string" || !/^3\.0\.\d+$/.test(version)) {
    throw new OpenApiImportError(
      "openapi",
      `'${String(version)}' is not supported; API Gateway imports 3.0.x`,
    );
  }
  const info = objectAt(document["info"], "info");
  textAt(info["title"], "info.title");
  textAt(info["version"], "info.version");
  if (!isObject(document["paths"])) throw new OpenApiImportError("paths", "must be an object");
  const extension = Object.keys(document).find(
    (name) => name.startsWith("x-amazon-apigateway-") && !rootExtensions.has(name),
  );
  if (extension) throw new OpenApiImportError(extension, "the local cloud does not support this extension");
}

function checkModels(document: JsonObject): void {
  const components = objectAt(document["components"], "components");
  for (const [name, schema] of Object.entries(objectAt(components["schemas"], "components.schemas"))) {
    const where = `components.schemas.${name}`;
    if (!/^[A-Za-z0-9]+$/.test(name)) {
      throw new OpenApiImportError(where, "Model name must be alphanumeric");
    }
    checkSchema(objectAt(schema, where), where);
  }
}

/** Resources of one parent share the name of their path variable. */
function checkSiblings(paths: readonly string[]): void {
  const variables = new Map<string, string>();
  for (const path of paths) {
    const segments = path.split("/");
    for (const [index, segment] of segments.entries()) {
      if (!segment.startsWith("{")) continue;
      const parent = segments.slice(0, index).join("/");
      const sibling = variables.get(parent) ?? segment;
      variables.set(parent, sibling);
      if (sibling !== segment) {
        throw new OpenApiImportError(
          `paths.${path}`,
          `A sibling (${sibling}) of this resource already has a variable path part -- only one is allowed`,
        );
      }
    }
  }
}

function methodsOf(document: JsonObject, path: string, value: unknown, models: Models): Method[] {
  checkPath(path);
  const item = objectAt(value, `paths.${path}`);
  for (const field of Object.keys(item)) {
    if (httpMethods.includes(field) || field === anyMethod || pathItemFields.has(field)) continue;
    throw new OpenApiImportError(`paths.${path}.${field}`, "is no method that API Gateway knows");
  }
  return [...httpMethods, anyMethod]
    .filter((name) => item[name] !== undefined)
    .map((name) => parseMethod({ document, path, item, name, models }));
}

function checkPath(path: string): void {
  const where = `paths.${path}`;
  if (!path.startsWith("/")) throw new OpenApiImportError(where, "a path must begin with a slash");
  const segments = path.split("/").slice(1);
  for (const [index, segment] of segments.entries()) {
    const isVariable = /^\{[\w.,:-]+\+?\}$/.test(segment);
    if (!isVariable && !/^[\w.,:-]*$/.test(segment)) {
      throw new OpenApiImportError(
        where,
        `Resource's path part '${segment}' only allows a-zA-Z0-9._-,: or one variable in curly braces`,
      );
    }
    if (segment.endsWith("+}") && index < segments.length - 1) {
      throw new OpenApiImportError(where, `the greedy variable ${segment} must be the last part of its path`);
    }
  }
}
