import type { JsonObject } from "../jsonProtocol";
import { AwsError } from "../service";

/** How a service words a problem with a member of a request. */
export interface Dialect {
  /** @param subject for example `Value 'x' at 'name'`; @param rule for example `Member must not be null` */
  violation(subject: string, rule: string): AwsError;
  /** @param path for example `MetricData.member.1.MetricName` */
  missing(path: string): AwsError;
}

export interface TextRule {
  readonly least?: number;
  readonly most?: number;
  /** Must match the whole text. */
  readonly pattern?: RegExp;
  /** Data that an error does not repeat. */
  readonly sensitive?: boolean;
}

interface Range {
  readonly least?: number;
  readonly most?: number;
}

/** The wording of AWS's request validation, under the code that the service gives it. */
export function validationDialect(code: string): Dialect {
  const violation = (subject: string, rule: string) =>
    new AwsError(code, `1 validation error detected: ${subject} failed to satisfy constraint: ${rule}`);
  return {
    violation,
    missing: (path) => violation(`Value null at '${lowerFirst(path)}'`, "Member must not be null"),
  };
}

/** The members of a request, or of a structure in it, read by the rules of the service's model. */
export class Members {
  constructor(
    readonly input: JsonObject,
    private readonly dialect: Dialect,
    private readonly prefix = "",
  ) {}

  path(name: string): string {
    return this.prefix + name;
  }

  /** @throws AwsError when it is not there */
  required<T>(name: string, value: T | undefined): T {
    if (value === undefined) throw this.dialect.missing(this.path(name));
    return value;
  }

  text(name: string, rule: TextRule = {}): string | undefined {
    const value = this.#member(name, "string", isText);
    if (value !== undefined) this.#checkText(name, value, rule);
    return value;
  }

  requiredText(name: string, rule: TextRule = {}): string {
    return this.required(name, this.text(name, rule));
  }

  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const value = this.text(name);
    const choice = choices.find((candidate) => candidate === value);
    if (value !== undefined && choice === undefined) {
      throw this.violation(name, value, `Member must satisfy enum value set: [${choices.join(", ")}]`);
    }
    return choice;
  }

  flag(name: string): boolean | undefined {
    return this.#member(name, "boolean", isFlag);
  }

  number(name: string, { least = -Infinity, most = Infinity }: Range = {}): number | undefined {
    const value = this.#member(name, "number", isNumber);
    if (value === undefined) return undefined;
    if (value < least)
      throw this.violation(name, value, `Member must have value greater than or equal to ${least}`);
    if (value > most)
      throw this.violation(name, value, `Member must have value less than or equal to ${most}`);
    return value;
  }

  integer(name: string, range: Range = {}): number | undefined {
    const value = this.number(name, range);
    if (value !== undefined && !Number.isInteger(value)) throw this.#wrongType(name, "integer");
    return value;
  }

  /** Seconds since the epoch on the wire; milliseconds here. */
  time(name: string): number | undefined {
    const seconds = this.number(name);
    return seconds === undefined ? undefined : Math.round(seconds * 1000);
  }

  list(name: string, range: Range = {}): readonly unknown[] | undefined {
    const value = this.#member(name, "list", isList);
    if (value !== undefined)
      this.#checkLength(name, `[${value.map(String).join(", ")}]`, value.length, range);
    return value;
  }

  numbers(name: string): readonly number[] | undefined {
    return this.list(name)?.map((value) => {
      if (typeof value !== "number") throw this.#wrongType(name, "list of numbers");
      return value;
    });
  }

  texts(name: string, range: Range = {}, rule: TextRule = {}): readonly string[] | undefined {
    return this.list(name, range)?.map((value) => {
      if (typeof value !== "string") throw this.#wrongType(name, "list of strings");
      this.#checkText(name, value, rule);
      return value;
    });
  }

  /** The structures of a list. */
  structures(name: string, range: Range = {}): readonly Members[] | undefined {
    return this.list(name, range)?.map((value, index) => {
      if (!isObject(value)) throw this.#wrongType(name, "list of structures");
      return new Members(value, this.dialect, `${this.path(name)}.member.${index + 1}.`);
    });
  }

  structure(name: string): Members | undefined {
    const value = this.#member(name, "structure", isObject);
    return value && new Members(value, this.dialect, `${this.path(name)}.`);
  }

  violation(name: string, value: unknown, rule: string): AwsError {
    return this.dialect.violation(`Value '${String(value)}' at '${lowerFirst(this.path(name))}'`, rule);
  }

  #checkText(name: string, value: string, rule: TextRule): void {
    const { pattern, sensitive } = rule;
    this.#checkLength(name, sensitive ? undefined : value, value.length, rule);
    if (pattern && !pattern.test(value)) {
      const shown = pattern.source.replace(/^\^(.*)\$$/s, "$1");
      throw this.violation(name, value, `Member must satisfy regular expression pattern: ${shown}`);
    }
  }

  #checkLength(name: string, value: string | undefined, length: number, { least = 0, most }: Range): void {
    const refuse = (rule: string) =>
      value === undefined
        ? this.dialect.violation(`Value at '${lowerFirst(this.path(name))}'`, rule)
        : this.violation(name, value, rule);
    if (length < least) throw refuse(`Member must have length greater than or equal to ${least}`);
    if (most !== undefined && length > most) {
      throw refuse(`Member must have length less than or equal to ${most}`);
    }
  }

  #member<T>(name: string, type: string, is: (member: unknown) => member is T): T | undefined {
    const value = this.input[name];
    if (value === undefined || value === null) return undefined;
    if (!is(value)) throw this.#wrongType(name, type);
    return value;
  }

  #wrongType(name: string, type: string): AwsError {
    return new AwsError("SerializationException", `${this.path(name)} is not a ${type}`);
  }
}

const isText = (value: unknown): value is string => typeof value === "string";
const isNumber = (value: unknown): value is number => typeof value === "number";
const isFlag = (value: unknown): value is boolean => typeof value === "boolean";
const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
