import { deepEqual, equal, throws } from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { DataFolder } from "../../local/data/dataFolder";
import { inNewFolder } from "../helpers/folders";

const owner = { project: "jobrelay", stack: "dev", region: "us-east-1" };
const state = { s3: new Map([["key", { body: Buffer.from([0, 255]), sequence: 3n, tags: new Set(["a"]) }]]) };

/** Opens a folder where something is, and gives the message with which it is refused. */
const refusal = (folder: string, pattern: RegExp, by = owner) =>
  throws(() => DataFolder.open(folder, by), { name: "DataFolderError", message: pattern });

const saveIn = (folder: string) => {
  const data = DataFolder.open(folder, owner);
  data.save(state);
  data.release();
  return path.join(folder, "state");
};

describe("A data folder", () => {
  it("is made, and gives what was saved last", () =>
    inNewFolder(async (parent) => {
      const folder = path.join(parent, "new/data");
      const first = DataFolder.open(folder, owner);
      equal(first.state, undefined);
      first.save({ s3: "older" });
      first.save(state);
      first.release();
      const second = DataFolder.open(folder, owner);
      second.release();
      deepEqual(second.state, state);
    }));

  it("is used by one at a time, until that one has released it", () =>
    inNewFolder(async (folder) => {
      const first = DataFolder.open(folder, owner);
      refusal(
        folder,
        new RegExp(`^The data are in use by process ${process.pid}, as .*/lock says\\. Stop that`),
      );
      first.release();
      DataFolder.open(folder, owner).release();
    }));

  const locks: [title: string, content: string, free: boolean][] = [
    ["a process that runs", String(process.ppid), false],
    ["this process's number, of an earlier process", String(process.pid), true],
    ["a process that is gone", "4194303", true],
    ["nobody", "", true],
  ];
  for (const [title, content, free] of locks) {
    it(`with a lock of ${title} is ${free ? "free" : "in use"}`, () =>
      inNewFolder(async (folder) => {
        writeFileSync(path.join(folder, "lock"), content);
        if (free) DataFolder.open(folder, owner).release();
        else refusal(folder, /^The data are in use by process \d+/);
        if (!free) equal(readFileSync(path.join(folder, "lock"), "utf8"), content);
      }));
  }

  it("is not a file", () =>
    inNewFolder(async (parent) => {
      const file = path.join(parent, "file");
      writeFileSync(file, "mine");
      refusal(file, /file is not a folder\. Choose another one with --data\.$/);
      refusal(path.join(file, "data"), /is not a folder\. Choose another one with --data\.$/);
    }));

  it("holds nothing else", () =>
    inNewFolder(async (folder) => {
      writeFileSync(path.join(folder, "thesis.tex"), "");
      refusal(
        folder,
        /holds other things, such as thesis\.tex\. Choose an empty or a new folder with --data\.$/,
      );
    }));

  const damages: [title: string, damage: (bytes: Buffer) => Buffer | string, message: RegExp][] = [
    ["is not of this program", () => "text\n", /state was not written by Jobrelay\./],
    ["is empty", () => "", /state was not written by Jobrelay\./],
    ["is cut", (bytes) => bytes.subarray(0, -1), /state is damaged: its checksum does not fit\./],
    [
      "is of another format",
      (bytes) => bytes.toString("latin1").replace("data 1 ", "data 7 "),
      /state has format 7, and this version of Jobrelay reads format 1\./,
    ],
  ];
  for (const [title, damage, message] of damages) {
    it(`is refused when its file ${title}, and left as it is`, () =>
      inNewFolder(async (folder) => {
        const file = saveIn(folder);
        const damaged = Buffer.from(damage(readFileSync(file)));
        writeFileSync(file, damaged);
        refusal(folder, message);
        deepEqual(readFileSync(file), damaged);
      }));
  }

  it("belongs to one stack and region", () =>
    inNewFolder(async (folder) => {
      saveIn(folder);
      refusal(folder, /state is of the stack dev, and this one is prod\./, { ...owner, stack: "prod" });
      refusal(folder, /state is of the region us-east-1, and this one is eu-west-1\./, {
        ...owner,
        region: "eu-west-1",
      });
    }));

  it("that cannot be written says why, and keeps what it had", () =>
    inNewFolder(async (folder) => {
      const data = DataFolder.open(folder, owner);
      data.save(state);
      const before = readFileSync(path.join(folder, "state"));
      mkdirSync(path.join(folder, "state.new"));
      throws(() => data.save({}), {
        name: "DataFolderError",
        message:
          /cannot be used for data: EISDIR.*\. Make it writable, or choose another folder with --data\.$/,
      });
      deepEqual(readFileSync(path.join(folder, "state")), before);
      data.release();
    }));
});
