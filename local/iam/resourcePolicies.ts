import { parsePolicy } from "./policyDocument";
import type { NamedPolicy } from "./policy";

/** The policies that resources have of their own: of queues, topics, buckets, keys. */
export class ResourcePolicies {
  readonly #byArn = new Map<string, NamedPolicy>();
  readonly #documents = new Map<string, string>();

  /** Sets, or replaces, the policy of a resource. @throws PolicyError for a bad document */
  put(resourceArn: string, document: string): void {
    const policy = parsePolicy(document, "resource");
    this.#byArn.set(resourceArn, { name: `policy of ${resourceArn}`, policy });
    this.#documents.set(resourceArn, document);
  }

  /** The documents as they were put, by the resource's ARN. */
  documents(): ReadonlyMap<string, string> {
    return this.#documents;
  }

  /** The policy of a resource; an object has that of its bucket. */
  policyOf(resourceArn: string): NamedPolicy | undefined {
    return this.#byArn.get(resourceArn.replace(/^(arn:[^:]+:s3:::[^/]+)\/.*$/, "$1"));
  }
}
