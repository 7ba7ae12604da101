/** Whether a body of that content type is binary to the API. */
export function isBinary(contentType: string | undefined, binaryMediaTypes: readonly string[]): boolean {
  const type = contentType?.split(/[;,]/)[0]?.trim().toLowerCase() ?? "";
  return binaryMediaTypes.some(
    (each) =>
      each === "*/*" ||
      each.toLowerCase() === type ||
      (each.endsWith("/*") && type.startsWith(each.slice(0, -1))),
  );
}
