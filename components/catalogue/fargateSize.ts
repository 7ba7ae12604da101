interface Size {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

/**
 * The memory that Fargate gives with so many virtual CPUs, in MiB.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
 */
const memoryByVcpus: Readonly<Record<string, Size>> = {
  "0.25": { from: 512, to: 2_048, step: 512 },
  "0.5": { from: 1_024, to: 4_096, step: 1_024 },
  "1": { from: 2_048, to: 8_192, step: 1_024 },
  "2": { from: 4_096, to: 16_384, step: 1_024 },
  "4": { from: 8_192, to: 30_720, step: 1_024 },
  "8": { from: 16_384, to: 61_440, step: 4_096 },
  "16": { from: 32_768, to: 122_880, step: 8_192 },
};

/** What is wrong with a size; nothing if Fargate has it. */
export function fargateSizeFault(vcpus: unknown, memoryMb: unknown): string | undefined {
  const size = memoryByVcpus[String(vcpus)];
  if (!size)
    return `Fargate has ${Object.keys(memoryByVcpus)
      .sort((a, b) => Number(a) - Number(b))
      .join(", ")} vCPUs`;
  const fits =
    typeof memoryMb === "number" &&
    memoryMb >= size.from &&
    memoryMb <= size.to &&
    (memoryMb - size.from) % size.step === 0 &&
    // The one gap in the table.
    !(String(vcpus) === "0.25" && memoryMb === 1_536);
  if (fits) return undefined;
  return `with ${String(vcpus)} vCPUs Fargate has ${size.from} to ${size.to} MiB, in steps of ${size.step}`;
}
