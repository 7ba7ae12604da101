import { Presets, SingleBar } from "cli-progress";

/** Shows how far something has come. */
export interface Progress {
  readonly update: (done: number, found: number) => void;
  readonly stop: () => void;
}

/** A bar on a terminal; nothing where the output is read by something else. */
export function progressBar(stream: NodeJS.WriteStream): Progress {
  if (!stream.isTTY) return { update: () => undefined, stop: () => undefined };
  const options = { stream, format: "{bar} {value} of {total} resources found", hideCursor: true };
  const bar = new SingleBar(options, Presets.shades_classic);
  let started = false;
  return {
    update(done, found) {
      if (!started) bar.start(found, done);
      started = true;
      bar.setTotal(found);
      bar.update(done);
    },
    stop() {
      if (started) bar.stop();
    },
  };
}
