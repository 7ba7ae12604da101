import { Agent, request } from "node:http";
import { Sha256 } from "@aws-crypto/sha256-js";
import { HttpRequest } from "@smithy/protocol-http";
import { SignatureV4 } from "@smithy/signature-v4";
import type { CloudFacts } from "./protocol";

const success = '{"approved":true}';

/** The system on the other side of hand-offs. Without the SDK, as what measures is to cost little. */
export class Partner {
  readonly #agent = new Agent({ keepAlive: true });
  readonly #signer: SignatureV4;

  constructor(private readonly facts: CloudFacts) {
    const { region, partner: credentials } = facts;
    this.#signer = new SignatureV4({
      ...{ region, credentials, service: "s3", sha256: Sha256 },
      uriEscapePath: false,
    });
  }

  /** Drops `success.json` for a job. @throws on an answer that is not 200 */
  async succeed(jobId: string): Promise<void> {
    const url = new URL(this.facts.endpointUrl);
    const path = `/${this.facts.handoffBucket}/inbound/${jobId}/success.json`;
    const { protocol, hostname, host } = url;
    const headers = { host, "content-type": "application/json", "content-length": String(success.length) };
    const unsigned = {
      method: "PUT",
      protocol,
      hostname,
      port: Number(url.port),
      path,
      headers,
      body: success,
    };
    const signed = await this.#signer.sign(new HttpRequest(unsigned));
    await this.#put(new URL(path, url), signed.headers);
  }

  stop(): void {
    this.#agent.destroy();
  }

  #put(url: URL, headers: Record<string, string>): Promise<void> {
    return new Promise((resolve, reject) => {
      const sent = request(url, { agent: this.#agent, method: "PUT", headers }, (response) => {
        response.resume();
        response.on("end", () =>
          response.statusCode === 200
            ? resolve()
            : reject(new Error(`${url.pathname}: ${response.statusCode}`)),
        );
      });
      sent.on("error", reject);
      sent.end(success);
    });
  }
}
