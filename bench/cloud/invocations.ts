import { jsonApi } from "../../cli/deadletters/jsonApi";
import type { CloudFacts } from "./protocol";

interface Page {
  readonly nextToken?: string;
  readonly logGroups?: readonly { readonly logGroupName: string }[];
  readonly events?: readonly object[];
}

/** How often functions have been invoked: the reports that Lambda writes to their log groups. */
export async function countInvocations(facts: CloudFacts): Promise<number> {
  const { endpointUrl: url, region, operator: credentials } = facts;
  const logs = jsonApi({ url, region, credentials, signingName: "logs", targetPrefix: "Logs_20140328" });
  const pages = async (operation: string, input: object): Promise<Page[]> => {
    const found: Page[] = [];
    for (let token: string | undefined, more = true; more; more = token !== undefined) {
      const page = (await logs.call(operation, { ...input, ...(token && { nextToken: token }) })) as Page;
      found.push(page);
      token = page.nextToken;
    }
    return found;
  };
  const groups = (await pages("DescribeLogGroups", {})).flatMap(({ logGroups = [] }) => logGroups);
  let invocations = 0;
  for (const { logGroupName } of groups) {
    const filterPattern = '{ $.type = "platform.report" }';
    const found = await pages("FilterLogEvents", { logGroupName, filterPattern });
    invocations += found.reduce((sum, { events = [] }) => sum + events.length, 0);
  }
  return invocations;
}
