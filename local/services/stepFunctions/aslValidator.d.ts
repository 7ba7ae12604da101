declare module "asl-validator" {
  /** Adds `QueryLanguage` to the states of the definition that it is given. */
  function validate(
    definition: object,
    options?: { readonly checkPaths: boolean; readonly checkArn: boolean },
  ): { readonly isValid: boolean; errorsText(separator?: string): string };
  export = validate;
}
