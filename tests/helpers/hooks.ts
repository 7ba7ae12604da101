import { stopSharedRelay } from "./relay";

/** What mocha does around the whole run. */
export const mochaHooks = {
  async afterAll(): Promise<void> {
    await stopSharedRelay();
  },
};
