import { deepEqual } from "node:assert/strict";
import { entryBatches } from "../../functions/lib/entryBatches";

/** The sizes of the batches' entries. */
const divided = (...sizes: number[]) => entryBatches(sizes, (size) => size);

describe("Entries of PutEvents and PublishBatch", () => {
  it("are divided into tens, in their order", () => {
    const sizes = Array.from({ length: 23 }, (_none, index) => index);
    deepEqual(divided(...sizes), [sizes.slice(0, 10), sizes.slice(10, 20), sizes.slice(20)]);
  });

  it("fill 256 KB at most", () => {
    deepEqual(divided(262_143, 1, 1), [[262_143, 1], [1]]);
    deepEqual(divided(200_000, 100_000, 100_000, 50_000), [[200_000], [100_000, 100_000, 50_000]]);
  });

  it("are alone where they are too large by themselves, for the service to refuse", () => {
    deepEqual(divided(1, 300_000, 1), [[1], [300_000], [1]]);
  });

  it("make no request when there are none", () => {
    deepEqual(divided(), []);
  });
});
