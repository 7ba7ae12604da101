/** Reads settings from the environment: for each setting, the name of its variable. @throws when one is missing */
export function readSettings(variables: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).map(([setting, variable]) => {
      const value = process.env[variable];
      if (value === undefined) throw new Error(`the environment variable ${variable} is not set`);
      return [setting, value];
    }),
  );
}
