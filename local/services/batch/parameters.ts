/**
 * Replaces each `Ref::name` in a command by its parameter; one without a parameter stays as it is.
 * Source: https://docs.aws.amazon.com/batch/latest/userguide/job_definition_parameters.html#parameters
 */
export function substitute(
  command: readonly string[],
  parameters: Readonly<Record<string, string>>,
): readonly string[] {
  const known = new Map(Object.entries(parameters));
  return command.map((part) =>
    part.replace(/Ref::([A-Za-z0-9_-]+)/g, (whole, name: string) => known.get(name) ?? whole),
  );
}
