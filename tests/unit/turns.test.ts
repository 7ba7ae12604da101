import { deepEqual, rejects } from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { takeTurns } from "../../functions/lib/turns";

describe("Work that takes turns", () => {
  it("is done in order about one thing, and at the same time about others", async () => {
    const turns = takeTurns();
    const done: string[] = [];
    const held = new EventEmitter();
    const first = turns("a", async () => {
      await once(held, "release");
      done.push("first of a");
    });
    const second = turns("a", async () => void done.push("second of a"));
    await turns("b", async () => void done.push("b"));
    deepEqual(done, ["b"]);
    held.emit("release");
    await Promise.all([first, second]);
    deepEqual(done, ["b", "first of a", "second of a"]);
  });

  it("goes on after what failed, whose error is its own", async () => {
    const turns = takeTurns();
    const failing = turns("a", () => Promise.reject(new Error("no")));
    const next = turns("a", () => Promise.resolve("yes"));
    await rejects(failing, { message: "no" });
    deepEqual(await next, "yes");
  });
});
