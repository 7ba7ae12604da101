import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { inlineHandler } from "../../components/inlineHandler";
import { functionArchive } from "../../components/packaging/functionArchive";
import { egressOutputs } from "../../functions/egressOutputs";

/** Unpacks the archive of the function that copies outputs, as it would be uploaded. */
export async function inArchive<T>(platformUrl: string, run: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), "jobrelay-bench-"));
  try {
    const { create } = inlineHandler(egressOutputs, {
      tableName: "jobs",
      queueUrl: `${platformUrl}/000000000000/egress`,
      bucketName: "egress",
      outputsBucket: "",
      platform: { name: "bench", url: platformUrl, redirectHosts: [] },
      tokenSecretArn: "arn:aws:secretsmanager:us-east-1:000000000000:secret:token",
    });
    const { files } = await functionArchive("egress-outputs", create);
    for (const [file, text] of Object.entries(files)) await writeFile(path.join(folder, file), text);
    return await run(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
