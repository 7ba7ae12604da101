import { UsageError } from "./localOptions";

/** What the SDK says when it was not told where or who, and what helps. */
const remedies: readonly (readonly [said: RegExp, remedy: string])[] = [
  [/^Region is missing$/, "Set AWS_REGION, for example to us-east-1."],
  [
    /^Could not load credentials from any providers$/,
    "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (npm run local prints its own), or AWS_PROFILE.",
  ],
];

/**
 * A line, without the stack: what fails in a command is a service, a file, or what was asked of them.
 * @param named the errors of the command's own, whose name tells a person nothing
 */
export function describeError(error: unknown, usage: string, named: readonly string[]): string {
  if (!(error instanceof Error)) return String(error);
  const { name, message } = error;
  if (error instanceof UsageError) return `${message}\n\n${usage}`;
  const remedy = remedies.find(([said]) => said.test(message))?.[1];
  if (remedy !== undefined) return `${message}. ${remedy}`;
  return ["Error", "StackOutputsError", ...named].includes(name) ? message : `${name}: ${message}`;
}
