import { resourcesOf, type ContainerProperties } from "./containerProperties";
import { clientException } from "./errors";

/** MiB that Fargate offers with each number of virtual CPUs: from, to, in steps of. */
const memories: ReadonlyMap<number, readonly [from: number, to: number, step: number]> = new Map([
  [0.5, [1024, 4096, 1024]],
  [1, [2048, 8192, 1024]],
  [2, [4096, 16_384, 1024]],
  [4, [8192, 30_720, 1024]],
  [8, [16_384, 61_440, 4096]],
  [16, [32_768, 122_880, 8192]],
]);

/**
 * Checks that Fargate has such a size.
 * Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_ResourceRequirement.html
 * @throws AwsError ClientException
 */
export function checkFargateResources(properties: ContainerProperties): void {
  const { vcpus, memory } = resourcesOf(properties);
  if (Number.isNaN(vcpus) || Number.isNaN(memory)) {
    throw clientException("Fargate jobs need resourceRequirements of type VCPU and MEMORY.");
  }
  if (!offered(vcpus, memory)) {
    throw clientException(`Fargate resource requirements (${vcpus} vCPU, ${memory} MiB) not valid.`);
  }
}

function offered(vcpus: number, memory: number): boolean {
  if (vcpus === 0.25) return [512, 1024, 2048].includes(memory);
  const [from, to, step] = memories.get(vcpus) ?? [Infinity, 0, 1];
  return memory >= from && memory <= to && memory % step === 0;
}
