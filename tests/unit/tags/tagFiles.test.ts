import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { groupsOf, type ReadGroups } from "../../../cli/tags/groupsOf";
import { readSheet } from "../../../cli/tags/readSheet";
import { inNewFolder } from "../../helpers/folders";

const samples = path.resolve(__dirname, "../../../docs/samples");

const read = (name: string, content: string | Buffer): Promise<ReadGroups> =>
  inNewFolder(async (folder) => {
    const file = path.join(folder, name);
    writeFileSync(file, content);
    return groupsOf(await readSheet(file));
  });
const csv = (...lines: readonly string[]) => read("groups.csv", lines.join("\n"));
const json = (value: unknown) => read("groups.json", JSON.stringify(value));

/** A workbook of one sheet; nothing is a cell that was never filled in. */
async function xlsx(
  rows: readonly (readonly (string | number | boolean | Date | null)[])[],
): Promise<ReadGroups> {
  const { default: write } = await import("write-excel-file/node");
  const cells = rows.map((row) =>
    row.map((value) =>
      value instanceof Date ? { value, type: Date, format: "yyyy-mm-dd" } : value === null ? null : { value },
    ),
  );
  return read("groups.xlsx", await write(cells).toBuffer());
}

const header = "GroupKey,GroupValue,Budget,Centre";
const wan = { groupKey: "TagGroup", groupValue: "wan", tags: { Budget: "7", Centre: "4" } };

describe("A file of tag groups", () => {
  for (const form of ["csv", "json", "xlsx"]) {
    it(`is read from ${form.toUpperCase()}, like the sample`, async () => {
      const { groups, faults } = groupsOf(await readSheet(path.join(samples, `tag-groups.${form}`)));
      const sample = [
        ["cost-aexeo", "PROJECT-1212121", "4000009"],
        ["cost-wan", "PROJECT-232222", "4000002"],
        ["sec-identity", "PROJECT-896775", "4000033"],
        ["sec-threat", "PROJECT-901233", "4000055"],
      ];
      assert.deepEqual(
        groups,
        sample.map(([groupValue, BudgetCode, EBSCostCenter]) => ({
          ...{ groupKey: "TagGroup", groupValue },
          tags: { BudgetCode, EBSCostCenter },
        })),
      );
      assert.deepEqual(faults, []);
    });
  }

  it("may begin with a byte order mark, quote its cells, and end its lines as Windows does", async () => {
    const text = `\uFEFF${header}\r\nTagGroup,"wan","7",4\r\n\r\n"Tag Group","a/b"," x, y",\r\n`;
    assert.deepEqual(await read("groups.CSV", text), {
      groups: [wan, { groupKey: "Tag Group", groupValue: "a/b", tags: { Budget: "x, y" } }].slice(0, 1),
      faults: [
        {
          place: "line 4",
          reason:
            "The value of Budget, x, y, has other characters than letters, digits, spaces and _ . : / = + - @.",
        },
      ],
    });
    assert.deepEqual(
      await read(
        "groups.json",
        `\uFEFF${JSON.stringify([{ GroupKey: "TagGroup", GroupValue: "wan", Budget: 7, Centre: "4" }])}`,
      ),
      {
        groups: [wan],
        faults: [],
      },
    );
  });

  it("has no tag where a cell is blank", async () => {
    const expected = { groups: [{ ...wan, tags: { Centre: "4" } }], faults: [] };
    assert.deepEqual(await csv(header, "TagGroup,wan,,4"), expected);
    assert.deepEqual(await csv(header, 'TagGroup,wan,"  ",4,,'), expected);
    assert.deepEqual(
      await json([{ GroupKey: "TagGroup", GroupValue: "wan", Budget: null, Centre: 4 }]),
      expected,
    );
    assert.deepEqual(
      await xlsx([
        ["GroupKey", "GroupValue", "Budget", "Centre"],
        ["TagGroup", "wan", null, 4],
      ]),
      expected,
    );
  });

  it("keeps what stands in a cell, even the word none", async () => {
    const { groups } = await csv(header, "TagGroup,wan,none,0004");
    assert.deepEqual(groups, [{ ...wan, tags: { Budget: "none", Centre: "0004" } }]);
  });

  it("has numbers in a workbook as they are shown, and tells where a row is", async () => {
    const read = await xlsx([
      ["GroupKey", "GroupValue", "Budget", "Centre"],
      ["TagGroup", "wan", 7, 4],
      [null, null, null, null],
      ["TagGroup", "half", 0.5, -4000002],
      ["TagGroup", "large", 1e15, 1],
      ["TagGroup", "day", new Date(Date.UTC(2026, 0, 31)), 1],
      ["TagGroup", "yes", true, 1],
      [2026, "year", 1, 2],
    ]);
    assert.deepEqual(read, {
      groups: [
        wan,
        { groupKey: "TagGroup", groupValue: "half", tags: { Budget: "0.5", Centre: "-4000002" } },
        { groupKey: "2026", groupValue: "year", tags: { Budget: "1", Centre: "2" } },
      ],
      faults: [
        {
          place: "line 5",
          reason: "Budget is the number 1000000000000000, of which digits may be lost; write it as a text.",
        },
        { place: "line 6", reason: "Budget is a date; write it as a text." },
        { place: "line 7", reason: "Budget is true or false; write it as a text." },
      ],
    });
  });

  const long = "k".repeat(129);
  const many = Array.from({ length: 50 }, (_, index) => `k${index}`);
  const faults: [title: string, lines: readonly string[], place: string, reason: string][] = [
    ["a blank key", [header, ",wan,7,4"], "line 2", "GroupKey is blank."],
    ["a blank value", [header, "TagGroup,,7,4"], "line 2", "GroupValue is blank."],
    ["no tags", [header, "TagGroup,wan,,"], "line 2", "TagGroup=wan has no tags."],
    [
      "a reserved tag",
      ["GroupKey,GroupValue,aws:x", "TagGroup,wan,7"],
      "line 2",
      "The tag key aws:x begins with aws:, which AWS keeps for itself.",
    ],
    [
      "a reserved group",
      [header, "AWS:x,wan,7,4"],
      "line 2",
      "The tag key AWS:x begins with aws:, which AWS keeps for itself.",
    ],
    [
      "a long key",
      [`GroupKey,GroupValue,${long}`, "TagGroup,wan,7"],
      "line 2",
      `The tag key ${"k".repeat(40)}… has 129 characters; 128 at most are allowed.`,
    ],
    [
      "a long value",
      [header, `TagGroup,wan,${"v".repeat(257)},4`],
      "line 2",
      "The value of Budget has 257 characters; 256 at most are allowed.",
    ],
    [
      "too many tags",
      [`GroupKey,GroupValue,${many.join()}`, `TagGroup,wan,${many.join()}`],
      "line 2",
      "TagGroup=wan has 50 tags; with the group's own a resource has 50 at most.",
    ],
    [
      "a tag that would take its resources away",
      ["GroupKey,GroupValue,TagGroup", "TagGroup,wan,lan"],
      "line 2",
      "TagGroup=wan would change the tag TagGroup by which its resources are found.",
    ],
    [
      "a group twice",
      [header, "TagGroup,wan,7,4", "TagGroup,wan,7,4"],
      "line 3",
      "TagGroup=wan is in line 2 already.",
    ],
    [
      "a cell too many",
      [header, "TagGroup,wan,7,4,5,6"],
      "line 2",
      "Cell 6 belongs to no column with a name.",
    ],
    [
      "other characters",
      [header, "TagGroup,wan,7;8,4"],
      "line 2",
      "The value of Budget, 7;8, has other characters than letters, digits, spaces and _ . : / = + - @.",
    ],
  ];
  for (const [title, lines, place, reason] of faults) {
    it(`names a row with ${title}, and has the rest`, async () => {
      const [columns = "", ...rows] = lines;
      const rest = `TagGroup,rest${",".repeat(columns.split(",").length - 1)}1`;
      const { groups, faults: found } = await csv(`${columns},Rest`, ...rows, rest);
      assert.deepEqual(found, [{ place, reason }]);
      assert.deepEqual(groups.at(-1), { groupKey: "TagGroup", groupValue: "rest", tags: { Rest: "1" } });
    });
  }

  it("names a line whose quotes are broken, and a line after a cell of several lines", async () => {
    const read = await csv(
      header,
      'TagGroup,wan,"7" x,4',
      'TagGroup,lan,"7',
      '8",4',
      "TagGroup,,1,2",
      "TagGroup,man,1,2",
    );
    assert.deepEqual(read.faults.map(({ place }) => place).sort(), ["line 2", "line 3", "line 5"]);
    assert.deepEqual(
      read.groups.map(({ groupValue }) => groupValue),
      ["man"],
    );
  });

  it("names an entry of JSON that is no object, or has more in it than texts", async () => {
    const entry = { GroupKey: "TagGroup", GroupValue: "wan", Budget: "7", Centre: "4" };
    assert.deepEqual(await json([5, { ...entry, Budget: {} }, entry]), {
      groups: [wan],
      faults: [
        { place: "entry 1", reason: "It is no object." },
        { place: "entry 2", reason: "Budget is no text; write it as a text." },
      ],
    });
  });

  const refused: [title: string, name: string, content: string, message: RegExp][] = [
    [
      "no key column",
      "a.csv",
      "GroupValue,Budget\nwan,7",
      /^The column GroupKey is missing; there are: GroupValue, Budget\.$/,
    ],
    [
      "another delimiter",
      "a.csv",
      "GroupKey;GroupValue\na;b",
      /^The column GroupKey is missing; there are: GroupKey;GroupValue\.$/,
    ],
    ["a column twice", "a.csv", "GroupKey,GroupValue,a,a\nk,v,1,2", /^The column a is there twice\.$/],
    ["nothing in it", "a.csv", "", /^The file is empty/],
    ["no array", "a.json", "{}", /^The file is no array of objects/],
    ["no entries", "a.json", "[]", /^The column GroupKey is missing; there are: none\.$/],
    ["no JSON", "a.json", "[", /^The file is no JSON: /],
    ["no workbook", "a.xlsx", "GroupKey,GroupValue", /^The file is no workbook of Excel \(\.xlsx\): /],
    [
      "another ending",
      "a.xls",
      "",
      /has the ending "\.xls"; tag groups are read from \.csv, \.json, \.xlsx\.$/,
    ],
  ];
  for (const [title, name, content, message] of refused) {
    it(`is refused with ${title}`, () =>
      assert.rejects(read(name, content), { name: "TagFileError", message }));
  }

  it("is refused when there is none", () =>
    assert.rejects(readSheet("/no/such/file.csv"), { name: "TagFileError", message: /^ENOENT/ }));
});
