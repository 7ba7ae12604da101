import { rejects } from "node:assert/strict";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import type { Clock } from "../../local/clock";
import { startCloud } from "../../local/cloud";
import { silent } from "../../local/log";
import { account } from "../helpers/cloud";

/** Opens a server on a port of 127.0.0.1 and closes it; fails where the port is taken. @param port 0 finds a free one */
async function occupy(port: number): Promise<number> {
  const server = createServer().listen(port, "127.0.0.1");
  await once(server, "listening");
  const found = (server.address() as AddressInfo).port;
  server.close();
  await once(server, "close");
  return found;
}

describe("A local cloud of which a service does not start", () => {
  it("throws what the service throws, and leaves its port to others", async () => {
    const endpointPort = await occupy(0);
    const broken: Clock = {
      now: () => 0,
      after: () => {
        throw new Error("no timers today");
      },
    };
    const operator = { accessKeyId: "AKIATEST", secretAccessKey: "no-secret" };
    const options = { account, clock: broken, log: silent, operator, apiPort: 0, endpointPort };
    await rejects(startCloud(options), { message: "no timers today" });
    await occupy(endpointPort);
  });
});
