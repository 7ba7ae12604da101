import type { Transform } from "./transform";
import { videoQuality } from "./videoQuality";

/** The transforms that `jobrelay:egress` can name. A new one is one file and one line here. */
export const transforms: Readonly<Record<string, Transform>> = { videoQuality };
