import type { Figure } from "../figure";
import { archiveSize, closureSize, defaultPackages } from "../packaging/zipped";
import { programFunctions } from "../packaging/programFunctions";
import { sizeLimit } from "./sizeLimit";

/** How large each function's archive is, zipped as it is uploaded, beside that of Pulumi's own packaging. */
export async function sizeFigures(): Promise<Figure[]> {
  const packages = await defaultPackages();
  return (await programFunctions()).map(({ name, files }) => {
    const byDefault = (packages.zippedBytes + closureSize(files)) / 1e6;
    return {
      name: `size of ${name}`,
      value: archiveSize(files) / 1000,
      unit: "KB",
      compared: `${byDefault.toFixed(1)} MB, ${packages.count} packages`,
      limit: { atMost: sizeLimit(files) / 1000 },
    };
  });
}
