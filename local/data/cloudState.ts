import type { Access } from "../iam/access";
import type { Services } from "../startServices";
import type { CloudState } from "./dataFolder";
import type { Stateful } from "./stateful";

/** What has state, by the name under which it is saved, in the order in which it is taken up. */
export type Parts = readonly (readonly [string, Stateful])[];

export function partsOf(services: Services, access: Access): Parts {
  const { batch, cloudWatch, dynamoDb, events, lambda, logs, messaging, secretsManager } = services;
  return [
    ["credentials", access.credentials],
    ["secretsManager", secretsManager],
    ["dynamoDb", dynamoDb],
    ["messaging", messaging],
    ["logs", logs],
    ["cloudWatch", cloudWatch],
    ["events", events],
    ["batch", batch],
    ["lambda", lambda],
    ["stepFunctions", services.stepFunctions],
  ];
}

export async function saveParts(parts: Parts): Promise<CloudState> {
  const state: Record<string, unknown> = {};
  for (const [name, part] of parts) state[name] = await part.save();
  return state;
}

export async function prepareParts(parts: Parts, state: CloudState): Promise<void> {
  for (const [name, part] of parts) if (name in state) await part.prepare?.(state[name]);
}

export async function restoreParts(parts: Parts, state: CloudState): Promise<void> {
  for (const [name, part] of parts) if (name in state) await part.restore(state[name]);
}
