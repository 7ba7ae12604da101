import { deepEqual, equal, match, throws } from "node:assert/strict";
import { parseLocalOptions, usage, UsageError, type LocalOptions } from "../../cli/localOptions";

const platformToken = "local-platform-token";
const defaults: LocalOptions = { stack: "dev", apiPort: 4567, endpointPort: 4566, platformToken };

describe("The command line of npm run local", () => {
  const good: [args: string[], expected: LocalOptions][] = [
    [[], defaults],
    [["--port", "8080"], { ...defaults, apiPort: 8080 }],
    [["--port=8080"], { ...defaults, apiPort: 8080 }],
    [["--endpoint-port", "0"], { ...defaults, endpointPort: 0 }],
    [["--port", "65535", "--endpoint-port", "00001"], { ...defaults, apiPort: 65_535, endpointPort: 1 }],
    [["--port", "1", "--port", "2"], { ...defaults, apiPort: 2 }],
    [["--stack", "prod"], { ...defaults, stack: "prod" }],
    [
      ["--stack=prod", "--port=0", "--endpoint-port=0"],
      { ...defaults, stack: "prod", apiPort: 0, endpointPort: 0 },
    ],
    [
      ["--platform-url", "http://127.0.0.1:8080/api"],
      { ...defaults, platformUrl: "http://127.0.0.1:8080/api" },
    ],
    [
      ["--platform-url=https://api.example.com", "--platform-token=a b"],
      { ...defaults, platformUrl: "https://api.example.com", platformToken: "a b" },
    ],
    [["--tagging-rate", "5"], { ...defaults, taggingRate: { perSecond: 5, burst: 5 } }],
  ];
  for (const [args, expected] of good) {
    it(`is read: "${args.join(" ")}"`, () => deepEqual(parseLocalOptions(args), expected));
  }

  const help: string[][] = [["--help"], ["--help", "--port", "no port"], ["--stack", "prod", "--help"]];
  for (const args of help) {
    it(`asks for help, and nothing is started: "${args.join(" ")}"`, () =>
      equal(parseLocalOptions(args), undefined));
  }

  const badPorts = ["65536", "123456", "-1", "+1", "1.5", "0x10", "1e3", " 80", "80 ", "http", "", "٣"];
  for (const option of ["--port", "--endpoint-port"]) {
    for (const text of badPorts) {
      it(`is refused, naming the option and the value: ${option}="${text}"`, () => {
        throws(() => parseLocalOptions([`${option}=${text}`]), {
          name: "UsageError",
          message: `${option} is "${text}"; a port is a number from 0 to 65535.`,
        });
      });
    }
  }

  for (const rate of ["0", "1.5", "1000", "-1", ""]) {
    it(`is refused with a rate that is none: "${rate}"`, () => {
      throws(() => parseLocalOptions([`--tagging-rate=${rate}`]), {
        name: "UsageError",
        message: `--tagging-rate is "${rate}"; it is a whole number from 1 to 999.`,
      });
    });
  }

  for (const url of [
    "",
    "api.example.com",
    "127.0.0.1:8080",
    "ftp://example.com",
    "http://",
    "/api",
    "file:///a",
  ]) {
    it(`is refused with a platform that has no http URL: "${url}"`, () => {
      throws(() => parseLocalOptions([`--platform-url=${url}`]), {
        name: "UsageError",
        message: `--platform-url is "${url}"; it is an http or https URL, such as http://127.0.0.1:8080.`,
      });
    });
  }

  for (const token of ["", " "]) {
    it(`is refused with a blank token for the platform: "${token}"`, () => {
      throws(() => parseLocalOptions([`--platform-token=${token}`]), {
        name: "UsageError",
        message: `--platform-token is "${token}"; a token is not blank.`,
      });
    });
  }

  const unreadable: [args: string[], message: RegExp][] = [
    [["--prot", "8080"], /^Unknown option '--prot'/],
    [["8080"], /^Unexpected argument '8080'/],
    [["--port"], /'--port <value>' argument missing/],
    [["--port", "--endpoint-port", "1"], /'--port' argument is ambiguous/],
    [["--help=yes"], /'--help' does not take an argument/],
  ];
  for (const [args, message] of unreadable) {
    it(`is refused, with what cannot be understood: "${args.join(" ")}"`, () => {
      throws(
        () => parseLocalOptions(args),
        (error) => {
          match((error as Error).message, message);
          return error instanceof UsageError && error.cause instanceof TypeError;
        },
      );
    });
  }

  for (const args of [
    ["--port", "4566"],
    ["--endpoint-port", "04567"],
    ["--port", "8080", "--endpoint-port", "8080"],
  ]) {
    it(`is refused with one port for both: "${args.join(" ")}"`, () => {
      throws(() => parseLocalOptions(args), {
        name: "UsageError",
        message: `--port and --endpoint-port are both ${Number(args.at(-1))}; each needs a port of its own.`,
      });
    });
  }

  it("has every option and its default in the text of --help", () => {
    const documented = [...usage.matchAll(/^ +(--[a-z-]+)(?:.*\(default ([\w-]+))?/gm)];
    deepEqual(
      documented.map(([, option, value]) => [option, value]),
      [
        ["--port", String(defaults.apiPort)],
        ["--endpoint-port", String(defaults.endpointPort)],
        ["--stack", defaults.stack],
        ["--data", undefined],
        ["--platform-url", undefined],
        ["--platform-token", defaults.platformToken],
        ["--tagging-rate", undefined],
        ["--help", undefined],
      ],
    );
  });
});
