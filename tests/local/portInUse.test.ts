import { deepEqual, rejects } from "node:assert/strict";
import { startLocalCloud } from "../../local/localCloud";
import { forgetPromises } from "../helpers/pulumiPromises";
import { sharedRelay, type Relay } from "../helpers/relay";

describe("A second local cloud on ports that are taken", () => {
  let relay: Relay;
  before(async function () {
    this.timeout(60_000);
    relay = await sharedRelay();
  });
  after(forgetPromises);

  const portOf = (url: unknown) => Number(new URL(String(url)).port);
  const start = async (ports: { apiPort?: number; endpointPort?: number }) => {
    const log: string[] = [];
    const config = { stack: "dev", apiPort: 0, endpointPort: 0, log: (line: string) => void log.push(line) };
    const cloud = await startLocalCloud({ ...config, ...ports });
    await cloud.stop();
    throw new Error(`it started at ${cloud.endpointUrl}: ${log.join("\n")}`);
  };
  const inUse = (port: number, option: string) => ({
    name: "PortInUseError",
    port,
    option,
    message: `Port ${port} of 127.0.0.1 is in use by another program. Stop that program, or choose another port with ${option}.`,
  });

  /** How many servers this process has. */
  const servers = () =>
    process.getActiveResourcesInfo().filter((resource) => resource === "TCPServerWrap").length;

  it("says so of the port of the endpoint, and names the option for it", async () => {
    const endpointPort = portOf(relay.cloud.endpointUrl);
    await rejects(start({ endpointPort }), inUse(endpointPort, "--endpoint-port"));
  });

  it("says so of the port of the API, names the option for it, and leaves no server behind", async () => {
    const apiPort = portOf(relay.cloud.outputs["apiUrl"]);
    const before = servers();
    await rejects(start({ apiPort }), inUse(apiPort, "--port"));
    // One that is stopped is gone a turn later.
    await relay.eventually("no more servers than before", async () => servers() <= before || undefined);
  });

  it("leaves the first one as it is", async () => {
    const jobId = await relay.submit("unchecked", { seconds: 0 });
    deepEqual((await relay.jobThatIs("SUCCEEDED", jobId)).result, { sleep: { slept: 0 } });
  });
});
