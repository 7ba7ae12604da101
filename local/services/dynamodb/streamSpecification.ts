import type { JsonObject } from "../jsonProtocol";
import type { DynaliteOperation } from "./dynalite";
import type { StreamSpecification } from "./table";

/** In the form of dynalite's own validations. */
export const streamSpecificationType = {
  type: "FieldStruct<StreamSpecification>",
  children: {
    StreamEnabled: { type: "Boolean", notNull: true },
    StreamViewType: { type: "String", enum: ["NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY"] },
  },
};

type Custom = DynaliteOperation["custom"];

/** The rules for `StreamSpecification`, added to those that the operation has. The messages are AWS's. */
export const streamRule: Readonly<Record<string, (rest: Custom) => Custom>> = {
  CreateTable: (rest) => (data, store) =>
    viewTypeRule(
      data,
      "Table is being created with a stream enabled, UpdateViewType is required",
      "Table is being created with a stream disabled, UpdateViewType should not be specified",
    ) ?? rest?.(data, store),
  UpdateTable: (rest) => (data, store) => {
    if (!data["StreamSpecification"]) return rest?.(data, store);
    if (data["ProvisionedThroughput"] || data["BillingMode"] || data["GlobalSecondaryIndexUpdates"]) {
      return "One or more parameter values were invalid: Only one kind of change can be made to a table at a time";
    }
    return viewTypeRule(
      data,
      "If stream is being enabled then UpdateViewType is required",
      "If stream is being disabled, then UpdateViewType must not be specified",
    );
  },
};

/** The specification that a checked CreateTable or UpdateTable carries. */
export function streamSpecificationOf(data: JsonObject): StreamSpecification | undefined {
  return data["StreamSpecification"] as StreamSpecification | undefined;
}

function viewTypeRule(data: JsonObject, missing: string, superfluous: string): string | undefined {
  const specification = streamSpecificationOf(data);
  if (!specification || specification.StreamEnabled === (specification.StreamViewType !== undefined)) {
    return undefined;
  }
  return `One or more parameter values were invalid: ${specification.StreamEnabled ? missing : superfluous}`;
}
