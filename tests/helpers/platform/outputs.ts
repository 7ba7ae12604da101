import { contentOf, generatedContent } from "./content";
import type { Output, OutputDescription } from "./output";

/** What a platform has. */
export class Outputs {
  readonly #outputs = new Map<string, Output | "expired">();
  #versions = 0;

  constructor(private readonly generatedBytes: ((id: string) => number | undefined) | undefined) {}

  put(id: string, bytes: Buffer | string | number, description: OutputDescription): void {
    this.#versions += 1;
    const content = typeof bytes === "number" ? generatedContent(id, bytes) : contentOf(Buffer.from(bytes));
    this.#outputs.set(id, { ...description, content, etag: `"version-${this.#versions}"` });
  }

  expire(id: string): void {
    this.#outputs.set(id, "expired");
  }

  find(id: string): Output | undefined {
    const bytes = this.#outputs.has(id) ? undefined : this.generatedBytes?.(id);
    if (bytes !== undefined) this.put(id, bytes, {});
    const output = this.#outputs.get(id);
    return output === "expired" ? undefined : output;
  }

  get(id: string): Output {
    const output = this.find(id);
    if (output) return output;
    throw new Error(`The platform has no output of ${id}.`);
  }
}
