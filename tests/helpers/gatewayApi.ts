import { localAccountId, type Account } from "../../local/account";
import { systemClock, type Clock } from "../../local/clock";
import { createRestApi, type RestApiOptions } from "../../local/gateway/restApi";
import { createCredentials } from "../../local/iam/credentials";
import { createVerifier } from "../../local/iam/signature";
import { gatewayDocument } from "./gatewayDocument";

/** The time in every test of the gateway. */
export const now = Date.parse("2026-05-01T12:00:00.250Z");

const account: Account = { accountId: localAccountId, region: "us-east-1", partition: "aws" };
const clock: Clock = { ...systemClock, now: () => now };
const running = new Set<{ stop(): Promise<void> }>();

/** A running API whose function answers with an empty 200, and what it was invoked with and logged. */
export async function startApi(options: Partial<RestApiOptions> = {}, port = 0) {
  const invocations: unknown[][] = [];
  const lines: string[] = [];
  const credentials = createCredentials({ clock });
  const api = createRestApi({
    account,
    clock,
    log: (line) => lines.push(line),
    document: gatewayDocument(),
    apiId: "a1b2c3d4e5",
    stageName: "dev",
    verify: createVerifier({ account, clock, credentials }),
    invoke: async (...invocation) => {
      invocations.push(invocation);
      return { payload: '{"statusCode":200}' };
    },
    ...options,
  });
  const url = await api.listen(port);
  running.add(api);
  return { api, url, invocations, lines, credentials };
}

export async function stopApis(): Promise<void> {
  for (const api of running) await api.stop();
  running.clear();
}

/** Status, content type and body of an answer; JSON is parsed. */
export async function ask(
  url: string,
  init: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<[status: number, type: string | null, body: unknown]> {
  const response = await fetch(url, init);
  const text = await response.text();
  const type = response.headers.get("content-type");
  return [response.status, type, type?.includes("json") && text !== "" ? JSON.parse(text) : text];
}
