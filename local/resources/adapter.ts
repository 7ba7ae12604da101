import { createHash } from "node:crypto";
import type { Cloud } from "../cloud";
import type { Registration, ResourceState } from "../runtime/program";

/** A resource that the program registered, with the physical name that the local cloud gives it. */
export interface Resource extends Registration {
  /** The program's name and seven hexadecimal digits; the same at each start. */
  readonly physicalName: string;
}

/** Brings resources of one type to life. */
export interface ResourceAdapter {
  /** The inputs that it acts upon. */
  readonly inputs: readonly string[];
  /** Inputs that make no difference on a laptop. */
  readonly withoutEffect?: readonly string[];
  create(resource: Resource, cloud: Cloud): Promise<ResourceState> | ResourceState;
}

/** Adapters by resource type, for example `aws:sqs/queue:Queue`. */
export type Adapters = Readonly<Record<string, ResourceAdapter>>;

/** The local cloud cannot run what the program asks for. */
export class UnsupportedResourceError extends Error {
  override readonly name = "UnsupportedResourceError";
}

/** @throws UnsupportedResourceError for an input that the adapter would pass over in silence */
export function checkInputs({ type, name, inputs }: Registration, adapter: ResourceAdapter): void {
  const known = [...adapter.inputs, ...(adapter.withoutEffect ?? []), "tags"];
  const unknown = Object.keys(inputs).filter(
    (input) => inputs[input] !== undefined && !known.includes(input),
  );
  if (unknown.length === 0) return;
  throw new UnsupportedResourceError(
    `The local cloud does not know ${unknown.join(", ")} of ${type} (${name}). ` +
      "Teach its adapter in local/resources/, or say there that it has no effect on a laptop.",
  );
}

/** Like Pulumi's automatic names, but the same at each start, so that what people pasted goes on working. */
export function physicalName({ type, name }: Registration, project: string, stack: string): string {
  const hash = createHash("sha256").update(`${project}/${stack}/${type}/${name}`).digest("hex");
  return `${name}-${hash.slice(0, 7)}`;
}
