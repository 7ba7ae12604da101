import Ajv from "ajv";
import addFormats from "ajv-formats";

/** Says what is wrong with a JSON Schema (draft 7), strictly: an unknown keyword or format is an error too. */
export function schemaFault(schema: object): string | undefined {
  const ajv = new Ajv({ strict: true, strictRequired: false, allowUnionTypes: true });
  addFormats(ajv);
  try {
    ajv.compile(schema);
    return undefined;
  } catch (error) {
    if (error instanceof Error) return error.message;
    throw error;
  }
}
