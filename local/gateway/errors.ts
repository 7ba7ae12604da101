/** An OpenAPI document that API Gateway would not import, or that the local cloud cannot serve faithfully. */
export class OpenApiImportError extends Error {
  /**
   * @param where in the document, for example `paths./jobs.post`
   * @param rule what is wrong, and what would be right
   */
  constructor(
    readonly where: string,
    rule: string,
  ) {
    super(`OpenAPI document, ${where}: ${rule}`);
    this.name = "BadRequestException";
  }
}
