import * as pulumi from "@pulumi/pulumi";
import { steps } from "../functions/steps";
import type { Catalogue, Process } from "./catalogue/process";
import type { Foundation } from "./foundation";
import { InlineFunction } from "./inlineFunction";
import { inlineHandler } from "./inlineHandler";
import type { PolicyStatement } from "./policy";

export interface StepFunctionsArgs {
  readonly catalogue: Catalogue;
  readonly foundation: Foundation;
}

/** The functions of the inline steps that the catalogue uses, one each, however many processes use it. */
export class StepFunctions extends pulumi.ComponentResource {
  private readonly functions: Readonly<Record<string, InlineFunction>>;

  constructor(name: string, args: StepFunctionsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobrelay:StepFunctions", name, {}, opts);
    const used = new Set(Object.values(args.catalogue).flatMap(invokedFunctions));
    this.functions = Object.fromEntries(
      [...used].map((step) => [step, createStepFunction(step, args.foundation, this)]),
    );
    this.registerOutputs({});
  }

  /** The ARNs of the functions that a process invokes, by their name in the catalogue. */
  arnsFor(process: Process): Record<string, pulumi.Output<string>> {
    return Object.fromEntries(invokedFunctions(process).map((step) => [step, this.functionNamed(step).arn]));
  }

  /** The permission to invoke the functions of a process; none if it invokes none. */
  allowInvokeFor(process: Process): PolicyStatement[] {
    const resources = Object.values(this.arnsFor(process));
    if (resources.length === 0) return [];
    return [{ sid: "InvokeSteps", actions: ["lambda:InvokeFunction"], resources }];
  }

  private functionNamed(step: string): InlineFunction {
    const found = this.functions[step];
    if (!found) throw new Error(`the step ${step} has no function`);
    return found;
  }
}

function invokedFunctions(process: Process): string[] {
  return [...new Set(process.steps.flatMap((step) => (step.kind === "invoke" ? [step.function] : [])))];
}

function createStepFunction(step: string, foundation: Foundation, parent: pulumi.Resource) {
  const definition = steps[step];
  if (!definition) throw new Error(`the catalogue was checked, yet ${step} is not registered`);
  const { factory, ...sizes } = definition;
  return new InlineFunction(
    `step-${step.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    { ...sizes, handler: inlineHandler(factory, {}), statements: [], foundation },
    { parent },
  );
}
