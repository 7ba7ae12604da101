import * as path from "node:path";

/** The program's own folder: packages are resolved from there. */
export const projectRoot = path.resolve(__dirname, "../..");
