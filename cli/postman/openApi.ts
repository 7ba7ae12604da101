/** What the collection needs of an OpenAPI 3.0 document. */
export interface OpenApi {
  readonly info: { readonly title: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Schemas };
}

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  /** Without it the operation is not signed. */
  readonly security?: readonly object[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, Answer>>;
}

export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly description?: string;
  readonly required?: boolean;
  readonly schema: Schema;
}

/** What an operation may answer. */
export interface Answer {
  readonly description: string;
  readonly headers?: Readonly<Record<string, { readonly schema: Schema; readonly description?: string }>>;
  readonly content?: Content;
}

/** A body, by its media type. */
export type Content = Readonly<Record<string, { readonly schema: Schema }>>;

export type Schemas = Readonly<Record<string, Schema>>;

export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly default?: unknown;
  readonly example?: unknown;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly properties?: Schemas;
}

/** An operation and where it is found. */
export interface Route {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

/** The order in which a person would use them; what is not here comes afterwards. */
const order = [
  "POST /jobs",
  "GET /jobs/{jobId}",
  "GET /jobs",
  "POST /jobs/{jobId}/cancel",
  "POST /jobs/{jobId}/redrive",
  "POST /v1/submitjob",
  "POST /job-complete",
];

/** Every operation of the document, as a person would use them one after the other. */
export function routesOf(document: OpenApi): Route[] {
  return Object.entries(document.paths)
    .flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) => ({
        method: method.toUpperCase(),
        path,
        operation,
      })),
    )
    .sort((one, other) => placeOf(one) - placeOf(other));
}

function placeOf(route: Route): number {
  const place = order.indexOf(nameOf(route));
  return place < 0 ? order.length : place;
}

/** Such as `GET /jobs/{jobId}`. */
export function nameOf({ method, path }: Route): string {
  return `${method} ${path}`;
}
