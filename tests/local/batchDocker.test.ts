import assert from "node:assert/strict";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BatchHarness, image, shell } from "../helpers/batch";
import { TerminateJobCommand } from "@aws-sdk/client-batch";

/**
 * Stands in for Docker: notes its arguments, runs what `create` was given on `start`, and passes signals on.
 * `$DIR` is its folder.
 */
const standIn = `#!/bin/sh
DIR=$(dirname "$0")
echo "$@" >> "$DIR/calls"
case $1 in
  version) echo 27.0.1 ;;
  create)
    while [ "$1" != "${image}" ]; do shift; done
    shift
    printf '%s\\n' "$3" > "$DIR/script" ;;
  start)
    sh "$DIR/script" &
    echo $! > "$DIR/pid"
    wait $!
    echo $? > "$DIR/code" ;;
  kill) kill -s "$3" "$(cat "$DIR/pid")" ;;
  inspect) echo "$(cat "$DIR/code") false " ;;
esac
`;

describe("A Batch job where Docker answers", () => {
  let folder: string;
  let harness: BatchHarness;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "docker-"));
    const docker = join(folder, "docker");
    await writeFile(docker, standIn);
    await chmod(docker, 0o755);
    harness = new BatchHarness({ docker, environmentFor: () => ({ AWS_REGION: "eu-west-1" }) });
  });

  afterEach(async () => {
    await harness.stop();
    await rm(folder, { recursive: true });
  });

  const calls = async () => (await readFile(join(folder, "calls"), "utf8")).trim().split("\n");

  it("runs in a container of its image, with its environment and limits, which is removed", async () => {
    const jobId = await harness.submit(shell("echo out; exit 5"));
    const { status, container } = await harness.ended(jobId);
    assert.deepEqual([status, container?.exitCode], ["FAILED", 5]);
    assert.deepEqual(await harness.output(jobId), ["out"]);
    const [version, create = "", ...rest] = await calls();
    const name = /--name (\S+)/.exec(create)?.[1] ?? "";
    const variables = [
      "AWS_REGION=eu-west-1",
      `AWS_BATCH_JOB_ID=${jobId}`,
      "AWS_BATCH_JQ_NAME=jobs",
      "AWS_BATCH_CE_NAME=fargate",
      "AWS_BATCH_JOB_ATTEMPT=1",
    ];
    assert.deepEqual(
      [version, create, ...rest],
      [
        "version --format {{.Server.Version}}",
        `create --name ${name} --network host --cpus 0.25 --memory 512m --memory-swap 512m ` +
          `${variables.map((variable) => `--env ${variable}`).join(" ")} ${image} sh -c echo out; exit 5`,
        `start --attach ${name}`,
        `inspect --format {{.State.ExitCode}} {{.State.OOMKilled}} {{.State.Error}} ${name}`,
        `rm --force --volumes ${name}`,
      ],
    );
  });

  it("is sent SIGTERM when it is terminated", async () => {
    const jobId = await harness.submit(shell('trap "exit 9" TERM; echo ready; while :; do sleep 0.02; done'));
    await harness.wrote("ready");
    await harness.client.send(new TerminateJobCommand({ jobId, reason: "enough" }));
    const { statusReason, container } = await harness.ended(jobId);
    assert.deepEqual([statusReason, container?.exitCode], ["enough", 9]);
  });
});

describe("A Batch job where there is no Docker", () => {
  it("runs as a child process", async () => {
    const harness = new BatchHarness({ docker: "/no/such/docker" });
    const jobId = await harness.submit(shell("echo out"));
    assert.equal((await harness.ended(jobId)).status, "SUCCEEDED");
    await harness.stop();
  });
});
