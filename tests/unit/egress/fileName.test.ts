import { equal } from "node:assert/strict";
import { fileNameOf } from "../../../functions/lib/egress/fileName";

const url = new URL("https://api.example.com/v1/jobs/7/output");
/** As Node reads what is sent as UTF-8. */
const asSent = (text: string) => Buffer.from(text).toString("latin1");

describe("The name that a platform gives an output", () => {
  const dispositions: [header: string, name: string][] = [
    ["attachment; filename=labels.json", "labels.json"],
    ['attachment; filename="labels.json"', "labels.json"],
    ['inline; filename="a b.json"; size=3', "a b.json"],
    ['ATTACHMENT; FileName="a.json"', "a.json"],
    ['attachment; filename="quo\\"ted.json"', 'quo"ted.json'],
    ['attachment; filename="a;b=c.json"', "a;b=c.json"],
    ["attachment; filename*=UTF-8''%e6%a0%87%e7%ad%be.json", "标签.json"],
    ["attachment; filename*=UTF-8'de'%C3%BCbersicht.json", "übersicht.json"],
    ["attachment; filename*=iso-8859-1''%FCbersicht.json", "übersicht.json"],
    ["attachment; filename=plain.json; filename*=UTF-8''%E2%82%AC.json", "€.json"],
    ["attachment; filename*=UTF-8''%E2%82%AC.json; filename=plain.json", "€.json"],
    [`attachment; filename="${asSent("метки.json")}"`, "метки.json"],
    [`attachment; filename="${asSent("علامات.json")}"`, "علامات.json"],
    ['attachment; filename="\xfcbersicht.json"', "übersicht.json"],
    ['attachment; filename="a.json";', "a.json"],
    ["attachment; filename=plain.json; filename*=koi8-r''%F0.json", "plain.json"],
    ["attachment; filename=plain.json; filename*=broken", "plain.json"],
    ["attachment; filename*=UTF-8''100%25.json", "100%.json"],
  ];
  for (const [header, name] of dispositions) {
    it(`is ${name} in ${header}`, () => equal(fileNameOf(header, url, ""), name));
  }

  const paths: [header: string, name: string][] = [
    ['attachment; filename="../../etc/passwd"', "passwd"],
    ['attachment; filename="/var/labels.json"', "labels.json"],
    ['attachment; filename="C:\\\\temp\\\\labels.json"', "labels.json"],
    ["attachment; filename*=UTF-8''..%2F..%2Fetc%2Fpasswd", "passwd"],
    ["attachment; filename*=UTF-8''..%5Cx.zip", "x.zip"],
    ["attachment; filename*=UTF-8''a%00%0A.zip", "a.zip"],
    ['attachment; filename=".."', "output"],
    ['attachment; filename="."', "output"],
    ['attachment; filename="dir/"', "output"],
    ['attachment; filename=""', "output"],
    ['attachment; filename="  "', "output"],
  ];
  for (const [header, name] of paths) {
    it(`is no path: ${name} in ${header}`, () => equal(fileNameOf(header, url, ""), name));
  }

  const unnamed = [
    "attachment",
    "",
    "attachment; name=x.json",
    "attachment; filename=two words.json",
    ";;;",
    "=?",
  ];
  for (const header of unnamed) {
    it(`is not in ${JSON.stringify(header)}`, () => equal(fileNameOf(header, url, ""), "output"));
  }

  const urls: [url: string, name: string][] = [
    ["https://storage.example.net/bucket/labels.json?X-Amz-Signature=abc", "labels.json"],
    ["https://storage.example.net/b/o/folder%2Fout.tar.gz?alt=media", "out.tar.gz"],
    ["https://storage.example.net/%E6%A0%87%E7%AD%BE.zip", "标签.zip"],
    ["https://storage.example.net/%FF.zip", "%FF.zip"],
    ["https://storage.example.net/..%2F..%2Fx.zip", "x.zip"],
    ["https://storage.example.net/7", "output"],
    ["https://storage.example.net/", "output"],
    ["https://storage.example.net/.json", "output"],
    ["https://storage.example.net/labels.", "output"],
    ["https://storage.example.net/a.not-an-ending", "output"],
    ["https://storage.example.net/dir.d/", "output"],
  ];
  for (const [from, name] of urls) {
    it(`is ${name} when nothing but ${from} names it`, () =>
      equal(fileNameOf(undefined, new URL(from), ""), name));
  }

  const types: [contentType: string, name: string][] = [
    ["application/json", "output.json"],
    ["Application/JSON; charset=utf-8", "output.json"],
    ["application/zip", "output.zip"],
    ["application/x-tar", "output.tar"],
    ["application/gzip", "output.gz"],
    ["text/csv;header=present", "output.csv"],
    ["video/mp4", "output.mp4"],
    ["application/octet-stream", "output"],
    ["constructor", "output"],
    ["", "output"],
  ];
  for (const [contentType, name] of types) {
    it(`is ${name} when it is ${contentType || "nothing"}`, () =>
      equal(fileNameOf(undefined, url, contentType), name));
  }
});
