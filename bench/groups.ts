import { apiFigures } from "./api";
import { egressFigures } from "./egress";
import type { Figure } from "./figure";
import { handoffFigures } from "./handoff";
import { loadFigures } from "./load";
import { programFigures } from "./program";
import { sizeFigures } from "./sizes";
import { startFigures } from "./start";
import { throughputFigures } from "./throughput";
import { unitFigures } from "./units";

/** What can be measured, in the order in which it is. */
export const groups: Readonly<Record<string, () => Promise<readonly Figure[]>>> = {
  sizes: sizeFigures,
  load: loadFigures,
  program: programFigures,
  start: startFigures,
  api: apiFigures,
  handoff: handoffFigures,
  throughput: throughputFigures,
  units: unitFigures,
  egress: egressFigures,
};
