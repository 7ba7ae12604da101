/**
 * A collection, as far as it is used here: Postman Collection v2.1.0.
 * Source: https://schema.getpostman.com/json/collection/v2.1.0/collection.json
 */
export interface Collection {
  readonly info: {
    /** Postman offers to replace a collection of the same id at an import. */
    readonly _postman_id: string;
    readonly name: string;
    readonly description: string;
    readonly schema: string;
  };
  readonly item: readonly Item[];
  readonly auth: Auth;
  readonly variable: readonly Variable[];
}

/** A request, its saved examples and its scripts. */
export interface Item {
  readonly id: string;
  readonly name: string;
  readonly event?: readonly Event[];
  readonly request: Request;
  readonly response: readonly SavedResponse[];
}

export interface Auth {
  readonly type: string;
  readonly awsv4?: readonly { readonly key: string; readonly value: string; readonly type: "string" }[];
}

export interface Variable {
  readonly key: string;
  readonly value: string;
  readonly description: string;
  readonly type?: "string";
}

/** A header or a parameter of the query; it stays at home while it is disabled. */
export interface Field {
  readonly key: string;
  readonly value: string;
  readonly description?: string;
  readonly disabled?: true;
}

export interface Event {
  readonly listen: "test";
  readonly script: { readonly type: "text/javascript"; readonly exec: readonly string[] };
}

export interface Request {
  readonly method: string;
  /** Without it, the collection's. */
  readonly auth?: Auth;
  readonly header: readonly Field[];
  readonly url: Url;
  readonly body?: {
    readonly mode: "raw";
    readonly raw: string;
    readonly options: { readonly raw: { readonly language: "json" } };
  };
  readonly description?: string;
}

export interface Url {
  readonly raw: string;
  readonly host: readonly string[];
  readonly path: readonly string[];
  readonly query?: readonly Field[];
  readonly variable?: readonly Omit<Variable, "type">[];
}

export interface SavedResponse {
  readonly id: string;
  readonly name: string;
  readonly originalRequest: Request;
  readonly status: string;
  readonly code: number;
  readonly _postman_previewlanguage: "json" | "text";
  readonly header: readonly Field[];
  readonly cookie: readonly [];
  readonly body: string;
}
