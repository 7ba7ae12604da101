// Placeholder so that the program loads while the helper writes this file: overwrite it.
import type { Readable } from "node:stream";
export interface PlatformSettings {
  readonly url: string;
  readonly redirectHosts: readonly string[];
}
export interface OutputRequest {
  readonly id: string;
  readonly token: string;
  readonly from?: number;
  readonly validator?: string;
  readonly signal?: AbortSignal;
}
export interface OutputFacts {
  readonly length?: number;
  readonly contentType: string;
  readonly fileName: string;
  readonly digest?: { readonly algorithm: "sha-256" | "sha-512" | "md5" | "crc32c"; readonly value: string };
  readonly validator?: string;
  readonly acceptsRanges: boolean;
}
export interface OutputAnswer {
  readonly facts: OutputFacts;
  readonly from: number;
  readonly body: Readable;
}
export async function fetchOutput(_platform: PlatformSettings, _request: OutputRequest): Promise<OutputAnswer> {
  return Promise.reject(new Error("not written yet"));
}
