import { peopleOf } from "../../cli/people";
import { startLocalCloud } from "../../local/localCloud";
import { Counter } from "./counter";
import type { CloudMessage, CloudRequest } from "./protocol";

process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

/** The processes that are measured: a hand-off as in the dev stack, and a container that does nothing. */
const processes = {
  settlement: {
    steps: [
      { invoke: "generatePayload" },
      { handoff: { name: "approval", deadline: "24h", heartbeat: "1h" } },
    ],
  },
  container: { steps: [{ batch: { image: "true", command: ["true"], vcpus: 0.25, memory: 512 } }] },
};

const send = (message: CloudMessage) => void process.send?.(message);

/** The local cloud in a process of its own, as `npm run local` starts it: what measures it must not slow it down. */
async function main(): Promise<void> {
  const counter = new Counter((message, jobId) => send({ kind: "logged", message, jobId, at: Date.now() }));
  const cloud = await startLocalCloud({
    stack: "dev",
    config: { "jobrelay:processes": JSON.stringify(processes), "jobrelay:triggers": "{}" },
    apiPort: 0,
    endpointPort: 0,
    log: (line) => counter.line(line),
    observe: (decided) => counter.decided(decided),
  });
  const { endpointUrl, region, outputs } = cloud;
  process.on("message", (request: CloudRequest) => {
    if (request === "stop") void cloud.stop().then(() => process.disconnect());
    else send({ kind: "report", counts: counter.counts(), memory: memory() });
  });
  send({
    kind: "ready",
    facts: {
      ...{ endpointUrl, region, ...peopleOf(cloud) },
      apiUrl: String(outputs["apiUrl"]),
      handoffBucket: String(outputs["handoffBucket"]),
      jobsTable: String(outputs["jobsTable"]),
    },
  });
}

function memory() {
  return { peak: process.resourceUsage().maxRSS * 1024, now: process.memoryUsage.rss() };
}

main().catch((error: unknown) => {
  send({ kind: "failed", reason: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  process.disconnect();
});
